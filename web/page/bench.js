// The workbench beyond the first minutes: branches of the work, and what differs between them. Its code, texts and styles load when
// something of it is first asked for.
import { act, fault } from "./act.js";
import { extend } from "./api.js";
import { band } from "./bands.js";
import { dialog } from "./dialogs.js";
import { h, icon } from "./dom.js";
import { driver } from "./driver.js";
import { clock, short, visible } from "./format.js";
import { codes, moreTexts, t } from "./i18n.js";
import { model } from "./model.js";
import { compared, takenApart } from "./reading.js";
import { loadLog, save, slotName } from "./session.js";
import { store } from "./store.js";

let parts = null;

// What the parts need of the page. It is gathered late: this module may run before those that it imports.
const page = () => ({ act, band, clock, codes, compared, dialog, driver, fault, h, icon, loadLog, model, moreTexts, save, short, slotName, store, t, takenApart, visible });

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
extend(Object.fromEntries(["branches", "branch", "openBranch", "renameBranch", "deleteBranch", "diff"].map((what) => [what, forApi(what)])));
