// Single-key shortcuts: they follow the key's place on the keyboard, never act in a field, and can be turned off.
import { help } from "./dialogs.js";
import { typing } from "./dom.js";
import { settings } from "./settings.js";
import { back, fork, step, toggle } from "./time.js";

const SHORTCUTS = { Space: toggle, Period: step, Comma: back, KeyF: fork };

export function initKeys() {
  addEventListener("keydown", (event) => {
    if (!settings.keys || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || typing(event)) return;
    if (document.querySelector("dialog[open], .menu")) return;
    if (event.key === "?") return take(event, help);
    const run = SHORTCUTS[event.code];
    if (!run || event.shiftKey) return;
    if (event.code === "Space" && event.target.closest("button, [role=button], summary, a")) return;
    take(event, run);
  });
}

function take(event, run) {
  event.preventDefault();
  run();
}
