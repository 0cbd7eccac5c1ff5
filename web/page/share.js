// Sharing: a link whose fragment carries the input log, or a file where that would be too long.
import { byId, h } from "./dom.js";
import { driver } from "./driver.js";
import { copy, dialog, offer } from "./dialogs.js";
import { t } from "./i18n.js";
import { live } from "./live.js";
import { model } from "./model.js";
import { pack } from "./packed.js";
import { exportsBox } from "./exports.js";
import { saves } from "./saves.js";
import { pickFile, takeaway } from "./session.js";

const LONGEST = 8000; // characters of a link that mail and chat programs carry unbroken

// link returns the URL that opens this exact moment, with a line in focus where one is named by its number.
export async function link(seq = 0) {
  const { log } = await driver.call("share");
  const url = new URL(location.pathname, location.origin);
  if (model.state.lesson) url.searchParams.set("lesson", model.state.lesson.id);
  url.hash = `log=${await pack(log)}${seq ? `&line=${seq}` : ""}`;
  return url.href;
}

// share shows the dialog: a link to this moment, a file to take along, a file to open.
export async function share() {
  const href = await link().catch(() => "");
  const fits = href && href.length <= LONGEST;
  const field = h("input", { type: "text", readonly: true, "aria-label": t("page.share.link"), onfocus: () => field.select() });
  field.value = fits ? href : "";
  const said = h("span.soft", { role: "status" });
  dialog(t("page.share.title"),
    h("h3", null, t("page.share.link")),
    h("p", null, t(fits ? "page.share.link.text" : "page.share.long")),
    fits ? field : null,
    fits ? h("div.rowbtn", null, h("button.btn.btn--main", { type: "button", onclick: async () => { said.textContent = t((await copy(href)) ? "page.copied" : "page.copy.failed"); } }, t("page.share.copy")), said) : null,
    ...exportsBox(),
    h("h3", null, t("page.take")),
    h("p", null, t("page.take.text")),
    h("div.rowbtn", null,
      h("button.btn", { type: "button", data: { action: "take" }, onclick: takeFile }, t("page.take.save")),
      h("button.btn", { type: "button", onclick: pickFile }, t("page.take.open")),
      h("button.btn", { type: "button", data: { action: "saves" }, onclick: saves }, t("page.saves"))),
    ...(live ? [] : [h("h3", null, t("page.made")), h("p", null, t("page.made.text")),
      h("div.rowbtn", null, h("button.btn", { type: "button", data: { action: "made" }, onclick: () => model.emit("course", ["made"]) }, t("page.made")))]));
}

// linkLine copies a link to a line, and says on its button whether it did; where it is too long, a file is offered.
export async function linkLine(seq, button) {
  const href = await link(seq);
  if (href.length > LONGEST) return share();
  button.textContent = t((await copy(href)) ? "page.copied" : "page.copy.failed");
}

export async function takeFile() {
  const { name, text } = await takeaway();
  offer(name, text, "application/json");
}

export function initShare() {
  byId("share").addEventListener("click", share);
}
