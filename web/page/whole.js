// The whole core, with the shells of hosts and all protocols: what the page says while it is fetched, and when it begins.
import { api, emit } from "./api.js";
import { band, banded, unband } from "./bands.js";
import { driver } from "./driver.js";
import { t } from "./i18n.js";
import { model } from "./model.js";

const PATIENCE = 500; // ms until somebody who waits is told why

export function initWhole() {
  let part = 0;
  let timer = 0;
  const show = (quiet) => band("whole", { text: t("page.whole.loading", { percent: Math.round(100 * part) }), picture: "clock", quiet });
  const end = () => {
    clearTimeout(timer);
    timer = 0;
    unband("whole");
  };
  driver.on("growing", (now) => {
    part = now;
    if (banded("whole")) show(true);
    else timer ||= setTimeout(show, PATIENCE, false);
  });
  driver.on("stunted", end);
  driver.on("grown", () => {
    end();
    emit("grown");
  });
  model.on("change", () => { if (model.state.lesson?.needs) ahead(); });
  const off = api.on("stage", () => {
    off();
    setTimeout(keep, 0);
  });
}

let begun = false;

// ahead begins to get the whole core before anybody waits for it, once: where that fails, the next command tries again.
export function ahead() {
  if (begun || !model.state) return;
  begun = true;
  driver.grow().catch(() => {});
}

// keep lets the browser fetch the program in an idle moment and keep it, without running it.
function keep() {
  if (begun || navigator.connection?.saveData) return;
  const get = () => fetch(globalThis.ehloBoot.full, { priority: "low" }).then((r) => r.body.pipeTo(new WritableStream())).catch(() => {});
  if (window.requestIdleCallback) requestIdleCallback(get);
  else get();
}
