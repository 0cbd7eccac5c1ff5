// What a person does to the world, with what may be said against it: a world in another tab, the past, a refusal.
import { band, unband } from "./bands.js";
import { driver } from "./driver.js";
import { t } from "./i18n.js";
import { expect } from "./late.js";
import { model } from "./model.js";
import { place } from "./place.js";

const TYPED = new Set(["type", "shell"]); // what is answered on the screen before all else

// act calls the core for a person and resolves with its answer, or with undefined where that was refused, after saying
// why. A read-only world takes no input; looking around in time is free.
export async function act(method, args) {
  if (place.real()) return place.bridge.act(method, args);
  if (model.readOnly && ["open", "shell", "mail", "type", "fin", "cut", "undo", "reset", "fork"].includes(method)) {
    fault(t("page.readonly.refused"));
    return undefined;
  }
  try {
    const answer = driver.call(method, args);
    const result = await (TYPED.has(method) ? expect(answer) : answer);
    unband("fault");
    return result ?? {};
  } catch (e) {
    if (e.id !== "page.dead") fault(e.message);
    return undefined;
  }
}

// fault says in a band what could not be done.
export function fault(text) {
  band("fault", { text, kind: "hard", picture: "warn", closable: true });
}
