// The driver: the page's one asynchronous way to a world. This one runs the core in a worker; a driver for a world that
// lives elsewhere offers the same: call, events "update" and "dead", start.
import { Emitter } from "./emitter.js";

// CallError is a refusal by the core: an identifier, a sentence for people and details.
export class CallError extends Error {
  constructor({ id, text, detail }) {
    super(text || detail || id);
    this.id = id;
    this.detail = detail;
  }
}

// boot.js has started the first worker.
const { start } = globalThis.ehloBoot;
let { worker: booted } = globalThis.ehloBoot;

export class LocalDriver extends Emitter {
  #worker = null;
  #waiting = new Map();
  #count = 0;

  // capabilities says what this world can do; controls for what it cannot are hidden.
  capabilities = { time: true, past: true, input: true };

  // start begins a fresh core. A worker that ran before is ended, its open calls fail.
  start() {
    this.#worker?.terminate();
    this.#fail("");
    this.#worker = booted ?? start();
    booted = null;
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(event.message || "worker");
    };
  }

  // call asks the core and resolves with its answer. What changed because of the call has been told by "update" before.
  call(method, args = {}) {
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(new CallError({ id: "page.dead", text: "" }));
      const id = ++this.#count;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, args });
    });
  }

  #receive(data) {
    try {
      if (data.update) this.emit("update", data.update);
    } finally { // what goes wrong while the page draws is no reason to keep an answer back
      if (data.dead !== undefined) this.#die(data.dead);
      else if (data.id !== undefined) this.#answer(data);
    }
  }

  #answer(data) {
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if (data.error) waiting?.reject(new CallError(data.error));
    else waiting?.resolve(data.ok);
  }

  #die(detail) {
    if (!this.#worker) return;
    this.#worker.terminate();
    this.#worker = null;
    this.#fail(detail);
    this.emit("dead", detail);
  }

  #fail(detail) {
    for (const { reject } of this.#waiting.values()) reject(new CallError({ id: "page.dead", text: "", detail }));
    this.#waiting.clear();
  }
}

// The page's driver starts as soon as this module is there, before the rest of the page is.
export const driver = new LocalDriver();
driver.start();
