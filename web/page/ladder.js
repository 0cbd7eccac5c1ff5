// The ladder: the sequence diagram that the reader draws from the trace. It fills a tab of the inspector, and the stage's
// place where there is no stage.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { model } from "./model.js";
import { ladder } from "./traced.js";

// ladderInto keeps a box's diagram up to date; it returns a function to call when the world has changed. Diagrams are
// asked for one at a time, the newest last. scroller is what scrolls where the box itself does not.
export function ladderInto(box, connOf = () => undefined, scroller = box) {
  let shown = "";
  let busy = false;
  return async function draw(anew = false) {
    const conn = connOf();
    const key = [model.state.total, model.state.epoch, conn].join();
    if ((key === shown && !anew) || busy) return;
    busy = true;
    shown = key;
    const answer = await ladder(conn).catch(() => null);
    busy = false;
    const follow = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    if (answer?.svg) box.innerHTML = answer.svg;
    else box.replaceChildren(h("p.empty", null, t("page.ladder.empty")));
    if (follow) scroller.scrollTop = scroller.scrollHeight;
    if (key !== [model.state.total, model.state.epoch, connOf()].join()) draw();
  };
}

let into, holder;

export const ladderPane = {
  draw(box, anew) {
    if (anew || !holder?.isConnected) {
      holder = h("div.ladder");
      box.replaceChildren(holder);
      into = ladderInto(holder, () => (typeof model.tab === "number" ? model.tab : undefined), box);
    }
    into(anew);
  },
};
