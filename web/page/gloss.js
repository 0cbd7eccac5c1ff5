// The gloss: a line again, large, with what each part is under it.
import { byId, h } from "./dom.js";
import { explanation, nested, pieces, refused } from "./explain.js";
import { codes, t } from "./i18n.js";
import { live } from "./live.js";
import { model } from "./model.js";
import { place } from "./place.js";
import { linkLine } from "./share.js";
import { forkAt } from "./time.js";

const closed = new Set(); // lines whose gloss was put away

// glossFor returns the gloss of the line in focus, or null: what the page follows by itself is glossed only when it is a
// refusal that has not been put away.
export async function glossFor(line) {
  if (closed.has(line.seq) || (line.auto && !refused(line))) return null;
  const e = await explanation(line.seq);
  if (!e) return null;
  const list = pieces(e);
  if (!list.length) return null;
  const refs = [...new Set(list.map((p) => p.ref).filter(Boolean))];
  return h("div.gloss", { role: "region", "aria-label": t("page.gloss") },
    h(list.some(nested) ? "dl.gloss__parts.gloss__parts--list" : "dl.gloss__parts", null, list.map((p) => h(p.text.length > 18 ? "div.long" : "div", nested(p), h("dt", null, p.text), h("dd", null, p.name ? h("b", null, p.name) : null, codes(p.meaning ?? ""))))),
    h("p.gloss__foot", null, refs.slice(0, 4).map((ref) => h("span", null, ref)),
      live || place.real() ? null : h("button.btn.btn--bare", { type: "button", data: { action: "link-line" }, onclick: (event) => linkLine(line.seq, event.target) }, t("page.gloss.link")),
      live || place.real() ? null : h("button.btn.btn--bare", { type: "button", data: { action: "fork-line" }, onclick: () => forkAt(model.events[line.seq - 1]) }, t("page.gloss.fork")),
      h("button.btn.btn--bare", { type: "button", onclick: closeGloss }, h("kbd", null, "Esc"), t("page.gloss.closes"))));
}

// closeGloss puts the gloss away and says whether there was one.
export function closeGloss() {
  if (!document.querySelector(".gloss") || !model.line) return false;
  const { seq, auto } = model.line;
  closed.add(seq);
  if (auto) document.querySelector(".gloss").remove();
  else model.explain(null);
  byId("line").focus({ preventScroll: true });
  return true;
}

// reopen lets a gloss that was put away be shown again.
export const reopen = (seq) => closed.delete(seq);
