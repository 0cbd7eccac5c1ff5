// The workbench beyond the first minutes: branches of the work and what differs between them, predictions, worlds of one's own. Its code, texts and styles load when
// something of it is first asked for.
import { act, fault } from "./act.js";
import { api, extend } from "./api.js";
import { band } from "./bands.js";
import { complete } from "./complete.js";
import { dialog, offer } from "./dialogs.js";
import { byId, h, icon, s } from "./dom.js";
import { driver } from "./driver.js";
import { clock, short, text, visible } from "./format.js";
import { codes, moreTexts, t } from "./i18n.js";
import { model } from "./model.js";
import { changed, compared, recorded, takenApart } from "./reading.js";
import { bringBackAfter, choose, loadLog, loadWorld, pickFile, save, slotName } from "./session.js";
import { editOnStage } from "./stage.js";
import { settings } from "./settings.js";
import { store } from "./store.js";
import { note } from "./transcript.js";
import { dropWorld, freeName, keepWorld, ownWorld, ownWorlds } from "./worlds.js";

let parts = null;

// What the parts need of the page. It is gathered late: this module may run before those that it imports.
const page = () => ({ act, band, bringBackAfter, byId, changed, choose, clock, codes, compared, complete, dialog, driver, dropWorld, editOnStage, fault, freeName, h, icon, keepWorld, loadLog, loadWorld, model, moreTexts,
  note, offer, on: api.on, ownWorld, ownWorlds, pickFile, recorded, s, save, short, slotName, store, t, takenApart, text, visible });

const load = () => (parts ??= import(new URL("bench/bench.js", import.meta.url)).then(({ begin }) => begin(page())).catch((e) => {
  parts = null;
  throw e;
}));

// bench does something of it by name for a person; what goes wrong is said.
export async function bench(what, ...args) {
  try {
    return await (await load())[what](...args);
  } catch (e) {
    return fault(e.message);
  }
}

const forApi = (what) => async (...args) => (await load())[what](...args);
extend(Object.fromEntries(["branches", "branch", "openBranch", "renameBranch", "deleteBranch", "diff", "predictions", "editWorld", "undoWorld", "renameWorld", "deleteWorld"].map((what) => [what, forApi(what)])));
extend({ predict: async (on = true) => settings.set("predict", Boolean(on)), worlds: ownWorlds });
