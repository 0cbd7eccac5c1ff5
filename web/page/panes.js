// On a small screen one pane is in view at a time; four tabs at the bottom choose it. A badge on the console's tab counts
// the refusals that came while it was out of view.
import { byId, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { model } from "./model.js";

const PANES = { lesson: "book", stage: "world", console: "term", inspect: "find" };
let seen = 0;

export function initPanes() {
  for (const strip of document.querySelectorAll(".tabs [role=tablist]")) keepInView(strip);
  byId("panes").replaceChildren(...Object.entries(PANES).map(([name, picture]) => h("button.ptab", { type: "button", data: { pane: name }, onclick: () => showPane(name) }, icon(picture), h("span", null, t(`page.pane.${name}`)))));
  showPane("console");
  model.on("change", badge);
}

// keepInView scrolls a strip of tabs that is wider than its place, so that the chosen one is seen: when it is chosen, and when the
// strip gets another width or comes into view. It waits for the frame: to scroll now would lay the page out once more.
function keepInView(strip) {
  let [frame, seen] = [0, false];
  const show = () => { if (seen) frame ||= requestAnimationFrame(() => {
    frame = 0;
    strip.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }); };
  new ResizeObserver(([{ contentRect }]) => {
    seen = contentRect.width > 0;
    show();
  }).observe(strip);
  new MutationObserver(show).observe(strip, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
}

export function showPane(name) {
  byId("app").dataset.pane = name;
  for (const tab of byId("panes").children) {
    if (tab.dataset.pane === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  // Where the bench is out of view, the lesson is what the page is about.
  const alone = name === "lesson" && getComputedStyle(byId("panes")).display !== "none";
  byId("lesson").setAttribute("role", alone ? "main" : "complementary");
  badge();
}

function badge() {
  if (!model.state) return;
  if (byId("app").dataset.pane === "console") seen = model.events[model.state.total - 1]?.seq ?? 0;
  let count = 0;
  for (const { id } of model.mine()) {
    const lines = model.linesOf(id);
    for (let i = lines.length - 1; i >= 0 && lines[i].seq > seen; i--) {
      if ((lines[i].class === "permanent" || lines[i].class === "transient") && model.shown(lines[i])) count++;
    }
  }
  const tab = byId("panes").querySelector('[data-pane="console"]');
  tab.querySelector(".pbadge")?.remove();
  if (count) tab.append(h("span.pbadge", { "aria-label": t("page.badge", { n: count }) }, String(count)));
}
