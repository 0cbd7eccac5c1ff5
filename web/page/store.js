// The store: what outlives a reload, in IndexedDB under string keys. A browser that refuses (a private window, a full
// disk, a policy) leaves `refused` set; the page then says so and offers files.
import { Emitter } from "./emitter.js";

class Store extends Emitter {
  refused = "";
  #db = null;

  #open() {
    this.#db ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("ehlo", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("kept");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    });
    return this.#db;
  }

  async #run(mode, work) {
    try {
      const db = await this.#open();
      const transaction = db.transaction("kept", mode, mode === "readwrite" ? { durability: "relaxed" } : {});
      const request = work(transaction.objectStore("kept"));
      return await new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("aborted"));
      });
    } catch (e) {
      const first = !this.refused;
      this.refused = String(e?.message ?? e);
      if (first) this.emit("refused", this.refused);
      return undefined;
    }
  }

  get(key) {
    return this.#run("readonly", (kept) => kept.get(key));
  }

  put(key, value) {
    return this.#run("readwrite", (kept) => kept.put(value, key));
  }

  delete(key) {
    return this.#run("readwrite", (kept) => kept.delete(key));
  }

  // keys lists the keys that begin with a prefix.
  async keys(prefix) {
    return ((await this.#run("readonly", (kept) => kept.getAllKeys())) ?? []).filter((key) => key.startsWith(prefix));
  }
}

export const store = new Store();
