// The inspector: tabs that show the line in focus, the trace, the ladder, mailboxes and queues. Only the tab in view is
// drawn.
import { byId, h, rove } from "./dom.js";
import { t } from "./i18n.js";
import { late, model } from "./model.js";
import { explainPane } from "./explainpane.js";
import { tracePane } from "./tracepane.js";
import { ladderPane } from "./ladder.js";
import { mailboxPane, queuePane } from "./boxes.js";
import { faultsPane } from "./faultspane.js";
import { knowsPane } from "./knowspane.js";

const PANES = { explain: explainPane, trace: tracePane, ladder: ladderPane, mailbox: mailboxPane, queue: queuePane, knows: knowsPane, faults: faultsPane };
let current = "explain";

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
  box.classList.toggle("insp--flush", current === "trace" || current === "ladder");
  PANES[current].draw(box, anew);
}
