// The inspector: tabs that show the line in focus, the trace, the ladder, mailboxes and queues. Only the tab in view is
// drawn. Where there is room a second one can stand beside it.
import { bench } from "./bench.js";
import { byId, h, icon, label, rove } from "./dom.js";
import { codes, t } from "./i18n.js";
import { clock, octets, text, visible } from "./format.js";
import { late } from "./late.js";
import { model } from "./model.js";
import { explainPane } from "./explainpane.js";
import { tracePane } from "./tracepane.js";
import { ladderPane } from "./ladder.js";
import { mailboxPane, queuePane } from "./boxes.js";
import { faultsPane } from "./faultspane.js";
import { knowsPane } from "./knowspane.js";
import { live } from "./live.js";
import { settings } from "./settings.js";

const PANES = { explain: explainPane, trace: tracePane, wire: laterPane("wire"), ladder: ladderPane, mailbox: mailboxPane, queue: queuePane, dns: laterPane("dns"), knows: knowsPane, faults: faultsPane, world: { draw: (box, anew) => bench("worldInto", box, anew) } };
const FLUSH = new Set(["trace", "wire", "ladder"]); // these fill the pane to its edges
const WIDE = "(min-width: 1281px)"; // where there is room for two
// The inspectors: the second is there where a person wants it.
const first = { id: "insp", current: "explain" };
const second = { id: "insp2", current: "" };
let split = null; // the button that opens the second
const soon = late(() => draw());
const sizes = new ResizeObserver(soon);

// laterPane is a tab whose module loads when it is first opened.
function laterPane(name) {
  let pane = null;
  return {
    async draw(box, anew) {
      pane ??= import(new URL(`more/${name}.js`, import.meta.url)).then((m) => m.pane({ h, t, codes, model, clock, octets, text, visible, late }));
      const { draw } = await pane;
      if (box.isConnected) draw(box, anew);
    },
  };
}

export function initInspector() {
  if (live) delete PANES.world; // it is nobody's to change
  split = h("button.ibtn", { type: "button", id: "insp-split", onclick: () => choose(second, second.current ? "" : OTHER) }, icon("expand", true));
  byId("insp-tabs").parentNode.append(h("div.tabs__end", null, split));
  tabs(first);
  named();
  sizes.observe(byId(first.id));
  for (const event of ["change", "line", "peek", "tab"]) model.on(event, soon);
  const wide = matchMedia(WIDE);
  const room = () => {
    split.hidden = !wide.matches;
    choose(second, wide.matches && settings.second in PANES ? settings.second : "", false);
  };
  wide.addEventListener("change", room);
  room();
}

const OTHER = "trace"; // what the second shows at first

// tabs fills the tabs of an inspector.
function tabs(one) {
  byId(`${one.id}-tabs`).replaceChildren(...Object.keys(PANES).map((name) => h("button.tab", {
    type: "button", role: "tab", id: `${one.id}-${name}`, "aria-controls": one.id, onclick: () => choose(one, name),
  }, t(`page.inspector.${name}`))));
  rove(byId(`${one.id}-tabs`), ".tab", { choose: (tab) => tab.click() });
  mark(one);
}

function mark(one) {
  for (const tab of byId(`${one.id}-tabs`).children) {
    const on = tab.id === `${one.id}-${one.current}`;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
  }
  byId(one.id).setAttribute("aria-labelledby", `${one.id}-${one.current}`);
}

// named says on the button what it does.
function named() {
  label(split, t(second.current ? "page.inspector.one" : "page.inspector.two"));
  split.setAttribute("aria-pressed", String(Boolean(second.current)));
}

// inspect shows a tab of the inspector: in the one that shows it already, or the first.
export function inspect(name) {
  if (second.current !== name) choose(first, name);
}

// choose shows a tab in one of the inspectors. What one shows, the other does not: they change places. The second ends with "".
function choose(one, name, keep = true) {
  if (name === one.current) return;
  const other = one === first ? second : first;
  const before = one.current;
  one.current = name;
  if (one === second) frame(Boolean(name));
  if (name && other.current === name) show(other, before || Object.keys(PANES).find((pane) => pane !== name));
  if (one === second) named();
  if (name) show(one, name);
  if (keep && second.current !== settings.second) settings.set("second", second.current);
}

// show begins a tab in an element of its own: what another tab draws when an answer comes late goes to the one that is gone.
function show(one, name) {
  one.current = name;
  const old = byId(one.id);
  const box = old.cloneNode(false);
  const held = document.activeElement === old;
  old.replaceWith(box);
  sizes.unobserve(old);
  sizes.observe(box);
  if (held) box.focus();
  mark(one);
  drawOne(one, true);
}

// frame makes the second inspector's place, or removes it.
function frame(on) {
  byId("insp").closest(".bench__low").classList.toggle("bench__low--two", on);
  const old = byId("insp2");
  if (!on) return void old?.closest(".pane").remove();
  if (old) return;
  const box = h("div.insp", { id: "insp2", role: "tabpanel", tabindex: 0 });
  byId("insp").closest(".pane").after(h("section.pane.pane--inspector", { "aria-label": t("page.inspector.second") },
    h("div.tabs", null, h("div", { role: "tablist", id: "insp2-tabs", "aria-label": t("page.inspector.tabs") })), box));
  tabs(second);
}

function draw() {
  drawOne(first);
  if (second.current) drawOne(second);
}

function drawOne({ id, current }, anew = false) {
  if (!model.state) return;
  const box = byId(id);
  box.classList.toggle("insp--flush", FLUSH.has(current));
  PANES[current].draw(box, anew);
}
