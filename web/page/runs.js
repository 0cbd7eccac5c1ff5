// A long list that grows at its end. Its rows stand in runs, each of which the browser lays out and paints by itself: what was
// painted of a run stays painted when rows come and go elsewhere, and there are few enough of them to be put together quickly.
import { h } from "./dom.js";

const RUN = 10; // rows that stand together

export class Runs {
  #list;
  #nodes = new Map(); // of rows, by their keys

  constructor(list) { this.#list = list; }

  get size() { return this.#nodes.size; }
  get last() { return this.#list.lastElementChild?.lastElementChild ?? null; }

  // before gives the node before one of a row.
  before(node) { return node.previousElementSibling ?? node.parentNode.previousElementSibling?.lastElementChild ?? null; }

  clear() {
    this.#nodes.clear();
    this.#list.replaceChildren();
  }

  // show makes the list show rows, keeping the nodes of those that are there already, and says whether it has changed. make makes
  // the node of a row.
  show(rows, make) {
    let changed = this.#drop(rows);
    let before = null;
    for (const row of rows) {
      const old = this.#nodes.get(row.key);
      if (old && old === this.#after(before)) {
        before = old;
        continue;
      }
      const node = old ?? make(row);
      this.#nodes.set(row.key, node);
      this.#put(node, before);
      before = node;
      changed = true;
    }
    return changed;
  }

  // drop removes the nodes of other rows.
  #drop(rows) {
    const stay = new Set(rows.map((row) => row.key));
    let changed = false;
    for (const [key, node] of this.#nodes) {
      if (stay.has(key)) continue;
      this.#take(node);
      this.#nodes.delete(key);
      changed = true;
    }
    return changed;
  }

  #after(node) {
    return node ? node.nextElementSibling ?? node.parentNode.nextElementSibling?.firstElementChild : this.#list.firstElementChild?.firstElementChild;
  }

  #put(node, before) {
    if (node.parentNode) this.#take(node);
    const run = before ? before.parentNode : this.#list.firstElementChild;
    const full = run && before === this.last && run.childElementCount >= RUN;
    if (run && !full) return before ? before.after(node) : run.prepend(node);
    return this.#list.append(h("div.run", null, node));
  }

  // take removes a node, and its run with the last of it.
  #take(node) {
    const run = node.parentNode;
    node.remove();
    if (!run.firstElementChild) run.remove();
  }
}
