// The ladder: the sequence diagram that the reader draws from the trace. It fills a tab of the inspector, and the stage's
// place where there is no stage.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { short } from "./format.js";
import { model } from "./model.js";
import { ladder } from "./traced.js";

const MOST = 50; // connections that can be chosen, the newest

// ladderInto keeps a box's diagram up to date; it returns a function to call when the world has changed. Diagrams are
// asked for one at a time, the newest last. scroller is what scrolls where the box itself does not.
export function ladderInto(box, filterOf = () => undefined, scroller = box) {
  let shown = "";
  let busy = false;
  return async function draw(anew = false) {
    const filter = filterOf();
    const key = JSON.stringify([model.state.total, model.state.epoch, filter]);
    if ((key === shown && !anew) || busy) return;
    busy = true;
    shown = key;
    const answer = await ladder(filter).catch(() => null);
    busy = false;
    const follow = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    if (answer?.svg) box.innerHTML = answer.svg;
    else box.replaceChildren(h("p.empty", null, t("page.ladder.empty")));
    if (follow) scroller.scrollTop = scroller.scrollHeight;
    if (key !== JSON.stringify([model.state.total, model.state.epoch, filterOf()])) draw();
  };
}

let into, holder, choice, listed;
let chosen = "here"; // what is shown: "here" follows the tab in view; "", everything; or a filter in JSON

// filter is what is left out, as lessons/traced has it.
const filter = () => (chosen === "here" ? { conn: typeof model.tab === "number" ? model.tab : 0 } : chosen ? JSON.parse(chosen) : {});

// choices lists what can be shown, anew when there is more.
function choices() {
  const conns = model.state.conns ?? [];
  const protocols = [...new Set(conns.map((c) => c.protocol).filter(Boolean))];
  const key = JSON.stringify([conns.length, protocols, model.state.world.name, chosen]);
  if (key === listed) return;
  listed = key;
  const option = (value, text) => h("option", { value, selected: value === chosen }, text);
  const group = (id, list) => (list.length ? h("optgroup", { label: t(`page.ladder.${id}`) }, list) : null);
  choice.replaceChildren(...[option("here", t("page.ladder.here")), option("", t("page.ladder.all")),
    group("protocols", protocols.map((protocol) => option(JSON.stringify({ protocol }), protocol.toUpperCase()))),
    group("hosts", model.state.world.hosts.map(({ name }) => option(JSON.stringify({ host: name }), name))),
    group("conns", conns.slice(-MOST).map((c) => option(JSON.stringify({ conn: c.id }), `${c.id}  ${short(c.from)} → ${short(c.to)} ${c.port}`)))].filter(Boolean));
  if (choice.value === chosen) return;
  chosen = "here"; // it was of another world
  choice.value = chosen;
}

export const ladderPane = {
  draw(box, anew) {
    if (anew || !holder?.isConnected) {
      holder = h("div.ladder");
      listed = "";
      choice = h("select", { name: "ladder", onchange: () => { chosen = choice.value; into(); } });
      box.replaceChildren(h("div.filter", null, h("label", null, t("page.ladder.show"), choice)), holder);
      into = ladderInto(holder, filter, box);
    }
    choices();
    into(anew);
  },
};
