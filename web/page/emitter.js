// Emitter: named events with any payload.
export class Emitter {
  #listeners = new Map();

  // on calls fn at each event of that name and returns a function that ends it.
  on(name, fn) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(fn);
    return () => this.#listeners.get(name).delete(fn);
  }

  emit(name, value) {
    for (const fn of this.#listeners.get(name) ?? []) fn(value);
  }
}
