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

// The core's program is fetched and compiled while the worker starts, and once only: a second start takes it from here.
let program = null;
let { worker: booted = null, program: ahead = null } = globalThis.ehloBoot ?? {};

async function compile() {
  const compiled = await ahead?.catch(() => null);
  if (compiled) return compiled;
  // Without boot.js's, or where a server names another type than application/wasm: the file is read whole first.
  const response = await get((await (await get("manifest.json")).json()).tutor);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function get(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

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
    this.#worker = booted ?? new Worker(new URL("worker.js", import.meta.url), { type: "module", name: "ehlo" });
    booted = null;
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    const worker = this.#worker;
    program ??= compile();
    program.then((module) => worker.postMessage({ module }), (e) => {
      program = null;
      this.#die(e.message);
    });
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
    if (data.update) return this.emit("update", data.update);
    if (data.dead !== undefined) return this.#die(data.dead);
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
