// Bands: lines across the page that say something and offer what to do. None of them blocks the page.
import { byId, h, icon, label } from "./dom.js";
import { say } from "./say.js";
import { codes, t } from "./i18n.js";

const shown = new Map();

// Bands lie over the stage, which makes room for them, so that nothing moves that is being read.
export function initBands() {
  const bands = byId("bands");
  let room = 0;
  new ResizeObserver(() => {
    if (room === bands.offsetHeight) return; // the first time there is none; to say so would have the whole page styled anew
    room = bands.offsetHeight;
    byId("app").style.setProperty("--bands", `${room}px`);
  }).observe(bands);
}

// band shows a band under a name, replacing the one of that name: {text, kind, icon, actions: [{text, main, key, run}],
// closable}. Each action closes the band unless it is marked `stays`.
export function band(name, { text, kind = "", picture, actions = [], closable = false, quiet = false }) {
  unband(name);
  const node = h(kind ? `div.band.band--${kind}` : "div.band", { role: "region", "aria-label": text.replaceAll("`", "") },
    picture ? icon(picture) : null,
    h("p", null, codes(text)),
    actions.map((a) => h(a.main ? "button.btn.btn--main" : "button.btn", {
      type: "button", data: a.id ? { action: a.id } : {},
      onclick: () => {
        if (!a.stays) unband(name);
        a.run();
      },
    }, a.text, a.key ? h("kbd", null, a.key) : null)));
  if (closable) {
    const shut = h("button.ibtn", { type: "button", onclick: () => unband(name) }, icon("cross", true));
    label(shut, t("page.close"));
    node.append(shut);
  }
  shown.set(name, node);
  byId("bands").append(node);
  if (!quiet) say(text);
}

export function unband(name) {
  const node = shown.get(name);
  const focused = node?.contains(document.activeElement);
  node?.remove();
  shown.delete(name);
  if (focused) byId("line").focus();
}

export const banded = (name) => shown.has(name);
