// One tab writes a world, others only look. The browser's locks say which; over plain http, where there are none, the
// tabs ask each other.
const id = `${Date.now()}.${Math.random()}`;
const PATIENCE = 120; // ms to wait for another tab's answer

export class Lock {
  #name = "";
  #release = null;
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("ehlo") : null;
  #asked = null;
  #lost;

  // lost is called when another tab takes the world over.
  constructor(lost) {
    this.#lost = lost;
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#hear(data);
    addEventListener("pagehide", () => this.release());
  }

  // take tries to get a world for this tab and says whether it did.
  async take(name) {
    if (name === this.#name) return true;
    this.release();
    const free = navigator.locks ? await this.#request(name, { ifAvailable: true }) : await this.#ask(name);
    if (free) this.#name = name;
    return free;
  }

  // steal gets it in any case; the tab that had it becomes a reader.
  async steal(name) {
    this.#asked = null; // what is answered from now on was asked before
    if (navigator.locks) await this.#request(name, { steal: true });
    else this.#channel?.postMessage({ steal: name, from: id });
    this.#name = name;
  }

  release() {
    this.#name = "";
    this.#release?.();
    this.#release = null;
  }

  #request(name, options) {
    return new Promise((resolve) => {
      navigator.locks.request(`ehlo:${name}`, options, (lock) => {
        resolve(Boolean(lock));
        return lock && new Promise((done) => (this.#release = done));
      }).catch(() => { // stolen
        this.#release = null;
        if (this.#name === name) this.#leave();
      });
    });
  }

  #ask(name) {
    if (!this.#channel) return true;
    this.#channel.postMessage({ ask: name, from: id });
    return new Promise((resolve) => {
      this.#asked = { name, resolve };
      setTimeout(() => resolve(true), PATIENCE);
    });
  }

  #hear({ ask, held, steal, from, to }) {
    if (ask && ask === this.#name && !navigator.locks) this.#channel.postMessage({ held: ask, from: id, to: from });
    if (held && to === id && this.#asked?.name === held) {
      this.#asked.resolve(false);
      if (held === this.#name) this.#leave(); // the answer of a busy tab comes late
    }
    if (steal && steal === this.#name && from !== id) this.#leave();
  }

  #leave() {
    this.#name = "";
    this.#lost();
  }
}
