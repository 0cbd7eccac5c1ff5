// Worlds of one's own: files that a person has written, opened or changed. They are kept in the browser's store under their names,
// beside those of the catalogue.
import { model } from "./model.js";
import { store } from "./store.js";

const PREFIX = "written:";
let own = []; // as they were read last

// ownWorlds resolves with them: [{name, title, text, at}], by their names.
export async function ownWorlds() {
  const keys = await store.keys(PREFIX);
  own = await Promise.all(keys.map((key) => store.get(key)));
  own.sort((a, b) => (a.name < b.name ? -1 : 1));
  return own;
}

export const ownWorld = (name) => store.get(PREFIX + name);

// freeName resolves with a name that no world of one's own has but one of the same text: the name itself, or with a number behind it.
export async function freeName(name, text) {
  const worlds = await ownWorlds();
  let free = name;
  for (let n = 2; worlds.some((w) => w.name === free && w.text !== text); n++) free = `${name}-${n}`;
  return free;
}

export async function keepWorld(world) {
  await store.put(PREFIX + world.name, { at: Date.now(), ...world });
  await ownWorlds();
}

export async function dropWorld(name) {
  await store.delete(PREFIX + name);
  await ownWorlds();
}

// worldItems are the entries of a menu of all worlds.
export const worldItems = (choose) => [...model.hello.worlds, ...own.map((w) => ({ ...w, cut: w === own[0] }))].map((w) => ({
  text: w.title || w.name, cut: w.cut, checked: w.name === model.state.world.name && !model.state.lesson, run: () => choose({ world: w.name }),
}));
