// The Explain tab: where the session stands, what the line in focus does, why it was refused, and the repair.
import { h, icon } from "./dom.js";
import { explanation, nested, pieces, refused, statesOf } from "./explain.js";
import { diagram } from "./fsm.js";
import { codes, t } from "./i18n.js";
import { insertWhole } from "./console.js";
import { model } from "./model.js";

const NARROW = 430; // px: less makes the diagram's text too small
let drawn = ""; // what the pane was drawn for
const parts = new Map(); // its parts by name, with what each shows

export const explainPane = {
  async draw(box, anew) {
    const line = model.peeked ?? model.line;
    const conn = line?.conn ?? (typeof model.tab === "number" ? model.tab : undefined);
    const narrow = box.clientWidth < NARROW;
    const key = [line?.seq, model.peeked !== null, conn, model.conn(conn)?.state, model.state.epoch, model.tab, model.covered, document.querySelector(".gloss") !== null, narrow].join();
    if (key === drawn && !anew) return;
    drawn = key;
    if (model.covered) return box.replaceChildren(h("p.covered", null, t("page.explain.predict")));
    if (waits(conn)) return box.replaceChildren(h("p.covered", null, t("page.explain.covered")));
    if (conn === undefined) return box.replaceChildren(h("p.empty", null, codes(t("page.explain.empty"))));
    const [states, e] = await Promise.all([
      statesOf(conn),
      line ? explanation(line.seq) : null,
    ]);
    if (key !== drawn || !box.isConnected) return;
    const shown = !model.peeked && document.querySelector(".gloss") !== null;
    const nodes = [
      states && part("states", [states, refused(e) && [e.class, e.label], narrow], () => diagram(states, e, narrow)),
      part("reason", [e && { ...e, seq: 0, at: 0 }, shown, model.peeked !== null], () => (e ? reason(e, shown, model.peeked !== null) : h("p.empty", null, t("page.explain.none")))),
    ].filter(Boolean);
    if (nodes.length !== box.children.length || nodes.some((node, i) => node !== box.children[i])) box.replaceChildren(...nodes);
  },
};

// waits says whether a client waits for the learner's reply: until that is sent nothing gives it away.
function waits(conn) {
  if (!model.served(conn) || !model.conn(conn)?.open) return false;
  const last = model.linesOf(conn).findLast((line) => model.shown(line) && line.class !== "content");
  return last === undefined || last.dir === "C";
}

// part makes a node anew only where what it shows has changed.
function part(name, what, make) {
  const key = JSON.stringify(what);
  if (parts.get(name)?.key !== key) parts.set(name, { key, node: make() });
  return parts.get(name).node;
}

// reason is what a line does, with its parts unless they are shown in the transcript: there a refusal always shows them.
function reason(e, shown, peeked) {
  const bad = refused(e);
  const kind = { permanent: ".code--5", transient: ".code--4", command: ".code--c" }[e.class] ?? "";
  const mark = { permanent: "cross", transient: "ring" }[e.class];
  const refs = [...new Set((e.spans ?? []).map((s) => s.ref).filter(Boolean))];
  const title = bad ? t("page.explain.why") : t(e.class === "command" ? "page.explain.command" : "page.explain.reply");
  const notes = bad && e.why?.length ? [...e.why, ...(e.notes ?? [])] : e.notes ?? [];
  return h("section.why", { "aria-label": title },
    h("div.why__head", null, e.label ? h(`span.code${kind}`, null, mark ? icon(mark) : null, e.label) : null, h("h3", null, title), refs[0] ? h("span.ref", null, refs[0]) : null),
    h("div.why__body", null,
      shown || bad && !peeked ? null : h("dl.parts", null, pieces(e).map((p) => h("div", nested(p), h("dt", null, p.text), h("dd", null, p.name ? h("b", null, p.name) : null, " ", codes(p.meaning ?? ""))))),
      notes.map((note) => h("p", null, codes(note))),
      e.repair ? repair(e.repair) : null,
      e.legal?.length ? legal(e.legal) : null));
}

function repair(text) {
  return h("div.repair", null, h("span.sign", { "aria-hidden": "true" }, "+"), h("code.new", null, text),
    h("button.btn", { type: "button", data: { repair: "" }, onclick: () => insertWhole(text) }, t("page.explain.use"), h("kbd", null, "Alt R")));
}

function legal(verbs) {
  return h("div.legal", null, h("span.soft", null, t("page.explain.legal")), verbs.map((verb) => h("button.chip", { type: "button", onclick: () => insertWhole(`${verb} `) }, verb)));
}
