// Settings of this browser: theme, single-key shortcuts, pace. They are kept in the store and applied at once.
import { Emitter } from "./emitter.js";
import { store } from "./store.js";

class Settings extends Emitter {
  theme = ""; // "", "light", "dark" or "projector"; "" follows the system
  keys = true; // single-key shortcuts
  teacher = false; // the notes for teachers are shown
  ladder = false; // the sequence diagram in place of the stage
  predict = false; // each reply is predicted before it is shown
  wrap = true; // long lines of a transcript go on below
  second = ""; // what a second inspector shows, "" for none

  async load() {
    Object.assign(this, await store.get("settings"));
    const asked = new URLSearchParams(location.search).get("theme");
    if (["light", "dark", "projector"].includes(asked)) this.theme = asked;
    this.#apply();
  }

  set(name, value) {
    this[name] = value;
    this.#apply();
    store.put("settings", { theme: this.theme, keys: this.keys, teacher: this.teacher, ladder: this.ladder, second: this.second, predict: this.predict, wrap: this.wrap });
    this.emit("change", name);
  }

  #apply() {
    const root = document.documentElement;
    if (this.theme) root.dataset.theme = this.theme;
    else delete root.dataset.theme;
  }
}

export const settings = new Settings();
