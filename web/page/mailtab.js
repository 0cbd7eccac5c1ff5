// The tab of a mail program. Its module loads when the first one is opened.
import { act, fault } from "./act.js";
import { dialog, offer } from "./dialogs.js";
import { byId, h, icon, rove } from "./dom.js";
import { driver } from "./driver.js";
import { clock, text, visible } from "./format.js";
import { glossFor } from "./gloss.js";
import { codes, moreTexts, t } from "./i18n.js";
import { MAIL, model } from "./model.js";
import { showPane } from "./panes.js";
import { parts } from "./transcript.js";

let program = null; // a promise of the module's part

// openMail shows the mail program of a host.
export function openMail(host) {
  model.explain(null);
  model.show(MAIL + host);
  showPane("console");
}

// showMail shows the mail program in view in the place of console and inspector, or gives them back.
export function showMail() {
  const on = Boolean(model.mailHost());
  byId("app").classList.toggle("app--mail", on);
  if (byId("mail").hidden === on) byId("mail").hidden = !on; // setting the same would style it again
  if (!on || program) return;
  byId("mail").setAttribute("aria-label", t("page.console"));
  program = import(new URL("mail/mail.js", import.meta.url))
    .then((m) => m.begin({ act, clock, codes, dialog, driver, fault, glossFor, h, icon, model, moreTexts, offer, parts, rove, t, text, visible }))
    .then((mail) => mail.show())
    .catch((e) => {
      program = null;
      fault(t("page.console.mail.failed", { why: e.message }));
    });
}
