// A core is a worker that runs the program of the world, with the questions that it has not answered yet.
import { moreTexts, t } from "./i18n.js";
import { lesson, world } from "./reading.js";
import { store } from "./store.js";

// CallError is a refusal by the core: an identifier, a sentence for people and details.
export class CallError extends Error {
  constructor({ id, text, detail }) {
    super(text || detail || id);
    this.id = id;
    this.detail = detail;
  }
}

export class Core {
  #worker;
  #told;
  #waiting = new Map();
  #count = 0;

  // told is called with each message that is no answer: {update}, {progress}, and at last {dead}.
  constructor(worker, told) {
    this.#worker = worker;
    this.#told = told;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#die(event.message || "worker");
    };
  }

  // ask resolves with the answer to a message: {method, args}, or {all: [[method, args] …]}, which does one after the
  // other and of which the page hears the end only.
  ask(message) {
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(new CallError({ id: "page.dead", text: "" }));
      const id = ++this.#count;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...message });
    });
  }

  // end ends the worker; its open questions fail.
  end(detail) {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(new CallError({ id: "page.dead", text: "", detail }));
    this.#waiting.clear();
  }

  #receive(data) {
    if (!this.#worker) return;
    if (data.read) return void read(data.read, data.port);
    try {
      if (data.update || data.progress !== undefined) this.#told(data);
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

  #die(dead) {
    if (!this.#worker) return;
    this.end(dead);
    this.#told({ dead });
  }
}

// read has a world file or a lesson read for the core.
async function read(asked, port) {
  const { lang } = document.documentElement;
  port.postMessage(await (asked.lesson ? brought(asked, lang) : world(asked, lang)).catch((e) => ({ error: { id: "page.dead", text: e.message } })));
}

// brought reads a lesson: one of the catalogue that is drawn, or one that somebody has brought.
async function brought({ name, from }, lang) {
  const { filesOf } = from ? {} : await import(new URL("course/own.js", import.meta.url));
  return lesson({ name, from, files: await filesOf?.(name, { moreTexts, store, t }) }, lang);
}
