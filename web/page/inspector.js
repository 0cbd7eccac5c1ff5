// The inspector: tabs that show the line in focus, the trace, the ladder, mailboxes and queues. Only the tab in view is
// drawn.
import { byId, h, rove } from "./dom.js";
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

const PANES = { explain: explainPane, trace: tracePane, wire: laterPane("wire"), ladder: ladderPane, mailbox: mailboxPane, queue: queuePane, dns: laterPane("dns"), knows: knowsPane, faults: faultsPane };
const FLUSH = new Set(["trace", "wire", "ladder"]); // these fill the pane to its edges
let current = "explain";

// laterPane is a tab whose module loads when it is first opened.
function laterPane(name) {
  let pane = null;
  return {
    async draw(box, anew) {
      pane ??= import(new URL(`more/${name}.js`, import.meta.url)).then((m) => m.pane({ h, t, codes, model, clock, octets, text, visible, late }));
      const { draw } = await pane;
      if (current === name) draw(box, anew);
    },
  };
}

export function initInspector() {
  const tabs = Object.keys(PANES).map((name) => h("button.tab", {
    type: "button", role: "tab", id: `insp-${name}`, "aria-controls": "insp", "aria-selected": String(name === current), tabindex: name === current ? 0 : -1,
    onclick: () => inspect(name),
  }, t(`page.inspector.${name}`)));
  byId("insp-tabs").replaceChildren(...tabs);
  rove(byId("insp-tabs"), ".tab", { choose: (tab) => tab.click() });
  byId("insp").setAttribute("aria-labelledby", `insp-${current}`);
  const soon = late(() => draw());
  new ResizeObserver(soon).observe(byId("insp"));
  for (const event of ["change", "line", "tab"]) model.on(event, soon);
}

// inspect shows a tab of the inspector.
export function inspect(name) {
  if (name === current) return;
  current = name;
  for (const tab of byId("insp-tabs").children) {
    const on = tab.id === `insp-${name}`;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
  }
  byId("insp").setAttribute("aria-labelledby", `insp-${name}`);
  byId("insp").replaceChildren();
  draw(true);
}

function draw(anew = false) {
  if (!model.state) return;
  const box = byId("insp");
  box.classList.toggle("insp--flush", FLUSH.has(current));
  PANES[current].draw(box, anew);
}
