// The driver: the page's one asynchronous way to a world. This one runs the core in a worker; a driver for a world that
// lives elsewhere offers the same: call, events "update" and "dead", start.
//
// The core that starts is without shells and without the protocols by which mail is fetched, unless the browser was here before and
// needed them. When something needs what it lacks, another worker with the whole core starts beside it, and takes the world over by
// playing what was put in until then: the same inputs give the same world. Until it is there the first one answers everything else.
// Events tell of that: "growing" (which part of its program is there), "grown", "stunted" (it cannot be had).
import { CallError, Core } from "./core.js";
import { Emitter } from "./emitter.js";
import { t } from "./i18n.js";

// boot.js has started the first worker.
const { lang, start, full } = globalThis.ehloBoot;
let { worker: booted } = globalThis.ehloBoot;

export class LocalDriver extends Emitter {
  #core = null;
  #whole = globalThis.ehloBoot.whole; // whether this core is
  #state = null; // of the world, as it was told last
  #worlds = 0; // how many were opened
  #growing = null; // resolves when the whole core has taken over
  #heir = null; // the whole core until it has
  #handing = null; // resolves when it has, or has not, while calls wait
  #late = []; // what the first core has told since its world was handed over

  // capabilities says what this world can do; controls for what it cannot are hidden.
  capabilities = { time: true, past: true, input: true };

  // start begins a fresh core. A worker that ran before is ended, its open calls fail.
  start() {
    this.#core?.end("");
    this.#core = this.#run(booted ?? start(this.#whole));
    booted = null;
  }

  // call asks the core and resolves with its answer. What changed because of the call has been told by "update" before.
  async call(method, args = {}) {
    await this.#handing;
    if (!this.#core) throw new CallError({ id: "page.dead", text: "" });
    if (method === "load") this.#worlds++;
    const world = this.#worlds;
    try {
      return await this.#core.ask({ method, args });
    } catch (e) {
      if (e.id !== "sim.not-whole" || this.#whole) throw e;
      await this.grow();
      if (world !== this.#worlds) throw e; // it was meant for a world that is gone
      return this.call(method, args);
    }
  }

  // whole says whether the core lacks nothing.
  get whole() { return this.#whole; }

  // grow gets the whole core, and resolves when it has taken over.
  grow() {
    if (this.#whole) return Promise.resolve();
    this.#growing ??= this.#grow().finally(() => (this.#growing = null));
    return this.#growing;
  }

  async #grow() {
    const core = this.#heir = this.#run(start(true));
    try {
      this.emit("growing", 0);
      await core.ask({ method: "hello", args: { lang } });
      await this.#hand(core);
    } catch (e) {
      core.end("");
      this.emit("stunted");
      throw new CallError({ id: "page.whole.failed", text: t("page.whole.failed", { file: full, why: (e.detail || e.message).split("\n")[0].replace(`${full}: `, "") }), detail: e.detail });
    } finally {
      this.#heir = null;
    }
    this.emit("grown");
  }

  // hand gives the world to another core. Calls wait meanwhile. What the old core tells after its world was written down
  // counts only if it keeps it.
  async #hand(core) {
    const old = this.#core;
    let done;
    this.#handing = new Promise((resolve) => (done = resolve));
    try {
      const ask = (method, args = {}) => old.ask({ method, args });
      if (this.#state?.real) await ask("place", { real: false }); // the world is what is handed over
      const [progress, world] = await Promise.all([ask("progress"), ask("export").catch(() => null)]);
      const before = this.#state;
      this.#core = core;
      await core.ask({ all: [["setProgress", progress], ...(world ? [["load", world], ...this.#place()] : [])] }).catch((e) => {
        const late = this.#late;
        this.#late = [];
        this.#core = old;
        if (before !== this.#state) this.#hear(old, { dead: e.detail ?? e.message }); // the page knows another world than old does
        else for (const data of late) this.#hear(old, data);
        throw e;
      });
      this.#whole = true;
      old.end("");
    } finally {
      this.#late = [];
      this.#handing = null;
      done();
    }
  }

  // place is what puts a world that was loaded anew where this one stands.
  #place() {
    const { pace, playing, past, steps } = this.#state;
    return [...(pace ? [["pace", { name: pace }]] : []), ...(past ? [["seek", { step: steps }]] : []), [playing ? "play" : "pause", {}]];
  }

  #run(worker) {
    const core = new Core(worker, (data) => this.#hear(core, data));
    return core;
  }

  // hear takes what a core tells by itself.
  #hear(core, data) {
    if (data.progress !== undefined) return core === this.#heir ? this.emit("growing", data.progress) : undefined;
    if (core === this.#heir && data.dead !== undefined) return undefined; // whoever waits for it hears of its death
    if (core !== this.#core) return void (this.#handing && this.#late.push(data));
    if (data.update) {
      this.#state = data.update.state;
      return this.emit("update", data.update);
    }
    this.#core = null;
    core.end("");
    return this.emit("dead", data.dead);
  }
}

// The page's driver starts as soon as this module is there, before the rest of the page is.
export const driver = new LocalDriver();
driver.start();
