// The session: which world is loaded, how it is kept, what happens when the page is left, opened again, or the core dies.
// Work is kept for each lesson and world under a slot of its own; what a person replaces can be brought back.
import { act, fault } from "./act.js";
import { emit } from "./api.js";
import { band, unband } from "./bands.js";
import { byId } from "./dom.js";
import { dialog, offer } from "./dialogs.js";
import { h } from "./dom.js";
import { driver } from "./driver.js";
import { moreTexts, t } from "./i18n.js";
import { live } from "./live.js";
import { Lock } from "./lock.js";
import { spare } from "./late.js";
import { model } from "./model.js";
import { unpack } from "./packed.js";
import { lesson } from "./reading.js";
import { store } from "./store.js";
import { forget } from "./transcript.js";
import { keepWorld, ownWorld } from "./worlds.js";

const DELAY = 250; // ms after a change until it is kept, unless another change follows;
const LONGEST = 1000; // ms after the first change that is not kept
const BESIDE = ["saved:", "branches:", "written:"]; // what is kept beside the work of each slot: saved worlds, branches, worlds of one's own
let slot = "";
let keeping = false; // whether changes are kept: not while loading, not before the first input of a person
let last = { log: "", lesson: null }; // what was kept last, to restore from
let timer = 0;
let since = 0; // when the first change came that is not kept
let saving = Promise.resolve();
let aside = null; // what was put aside last: {log, lesson}
let failed = ""; // why what was to be loaded last could not be
let falls = 0; // deaths of the core since it last did what it was asked
const lock = new Lock(() => readOnly(true));

const slotOf = ({ lesson, world }) => (lesson ? `lesson:${lesson}` : `world:${world}`);
// slotName is the slot of the work that is open.
export const slotName = () => slot;

const inputs = (log) => log.trim().split("\n").length - 1;

export function initSession() {
  model.on("change", () => { if (keeping) later(); });
  if (!live) driver.on("dead", revive);
  driver.on("grown", been);
  store.get("aside").then((kept) => (aside ??= kept ?? null));
  store.on("refused", refused);
  if (store.refused) refused(); // before anybody could hear of it
  addEventListener("beforeunload", (event) => { if (store.refused && keeping && inputs(last.log) > 0) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && keeping) save(); });
}

// refused says that this browser keeps nothing, and offers a file.
const refused = () => band("refused", { text: t("page.store.refused"), kind: "warn", picture: "warn", closable: true, actions: [{ text: t("page.take.save"), stays: true, run: saveFile }] });

// begin loads what the address asks for, or what was open last. It says whether this is a first visit. The core's greeting knows
// which lessons are drawn.
export async function begin(greeting) {
  const query = new URLSearchParams(location.search);
  const fragment = /^#log=([^&]+)(?:&line=(\d+))?$/.exec(location.hash);
  if (fragment) return arrive(greeting, fragment[1], query.get("lesson"), Number(fragment[2]));
  const named = query.get("lesson");
  const asked = named ? await seeded({ lesson: named.includes("/") ? new URL(named, location.href).href : named }, (await greeting).lessons) : query.get("world") ? { world: query.get("world") } : await store.get("last");
  if (asked && await load(asked)) return false;
  const why = failed;
  await load({ lesson: document.documentElement.dataset.lesson }); // the first of the course
  if (asked) fault(why); // what opens in its place has taken the word away
  return !asked;
}

// arrive opens a link's log. The address loses it then, so that a reload goes on from what is done next.
async function arrive(greeting, packed, lesson, seq) {
  try {
    const log = await unpack(packed);
    await loadLog(log, lesson);
    focus(seq);
  } catch (e) {
    history.replaceState(null, "", location.pathname + location.search);
    const first = await begin(greeting);
    fault(t("page.link.bad", { why: e.message }));
    return first;
  }
  history.replaceState(null, "", location.pathname + location.search);
  return false;
}

// focus puts a line into focus that a link names.
function focus(seq) {
  const line = model.events[seq - 1];
  if (line?.kind !== "line") return;
  if (model.conn(line.conn)?.mine) model.show(line.conn);
  model.explain(line);
}

// whole gives a target the text of its world where that is one's own.
async function whole(target) {
  const own = target.world && !model.hello?.worlds.some((w) => w.name === target.world) && await ownWorld(target.world);
  return own ? { worldText: own.text, name: own.name } : target;
}

// load begins a lesson or a world, going on where work is kept; a band then asks whether to go on or start fresh.
async function load(target) {
  keeping = false;
  forget();
  try {
    target = await seeded(target);
    const wanted = slotOf(target);
    const [free, kept] = await Promise.all([lock.take(wanted), store.get(`work:${wanted}`)]);
    const work = kept?.log && inputs(kept.log) > 0 ? kept : null;
    let waits = ""; // why what is kept can be opened only later
    const restored = work && await driver.call("load", { log: work.log, lesson: target.lesson }).catch((e) => {
      if (e.id === "page.whole.failed") waits = e.message;
      else damaged(work, e);
    });
    if (!restored) await driver.call("load", await whole(target));
    await settle(wanted, free);
    if (waits) {
      fault(waits);
      bringBack(work, "page.whole.kept");
    }
    if (restored) ask(target, work);
    if (restored && target.lesson?.includes(":") && !model.state.lesson) await lacking(target.lesson);
    last = { log: waits ? "" : work?.log ?? "", target };
    return true;
  } catch (e) {
    failed = t("page.load.failed", { what: target.lesson ?? target.world, why: e.message });
    fault(failed);
    if (e.detail && e.id === "tutor.wrong-lesson") dialog(e.message, h("pre", null, e.detail));
    return false;
  } finally {
    keeping = true;
  }
}

// lacking says why work was opened without the lesson that somebody had brought.
async function lacking(name) {
  const { filesOf } = await import(new URL("course/own.js", import.meta.url));
  const { error } = await filesOf(name, { moreTexts, store, t })
    .then((files) => lesson({ name, files }, document.documentElement.lang))
    .catch((e) => ({ error: { text: e.message } }));
  if (error) dialog(error.text, h("pre", null, error.detail ?? ""));
}

// seeded gives a lesson that is drawn its seed: the last one of this browser, where none is named.
async function seeded(target, lessons = model.hello?.lessons) {
  const [id, seed] = target.lesson?.split(/@(?=\d+$)/) ?? [];
  if (!lessons?.find((l) => l.id === id)?.drawn) return target;
  const key = `seed:${id}`;
  const kept = seed ?? await store.get(key) ?? newSeed();
  store.put(key, kept);
  return { lesson: `${id}@${kept}` };
}

// newSeed is the seed of another exercise.
export const newSeed = () => 1 + Math.floor(Math.random() * 999999);

// been keeps for boot.js that the browser was here, and whether it came to need the whole core.
function been() {
  try { localStorage.setItem("ehlo", driver.whole ? "whole" : "been"); } catch { /* then each visit is like the first */ }
}

function settle(wanted, free) {
  slot = wanted;
  for (const name of ["ask", "back", "fault", "diverged"]) unband(name);
  readOnly(!free);
  const { lesson, world } = model.state;
  been();
  store.put("last", lesson ? { lesson: lesson.id } : { world: world.name });
  if (model.state.diverged) band("diverged", { text: t("page.diverged", { ...model.state.diverged }), kind: "warn", picture: "warn", closable: true });
  const mine = model.mine();
  model.tab = "";
  model.show((mine.findLast((c) => !c.over) ?? mine.at(-1))?.id ?? model.seat().name);
}

// damaged offers work that can no longer be replayed as a file.
function damaged(work, e) {
  band("damaged", { text: t("page.load.damaged", { why: e.message }), kind: "warn", picture: "warn", closable: true, actions: [{ text: t("page.take.save"), run: () => offer("ehlo-work.jsonl", work.log) }] });
}

function ask(target, work) {
  band("ask", {
    text: t("page.ask", { n: inputs(work.log) }), picture: "clock", actions: [
      { id: "go-on", text: t("page.ask.go-on"), main: true, run: () => byId("line").focus() },
      { id: "fresh", text: t("page.ask.fresh"), run: () => bringBackAfter(() => fresh(target), "page.ask.done") },
    ],
  });
}

async function fresh(target) {
  forget();
  model.explain(null);
  await store.delete(`work:${slot}`);
  const state = await act("load", await whole(target));
  if (state) await settle(slot, true);
  return state;
}

// unname takes from the address what it asks to open: a reload goes on with what is open then.
function unname() {
  const url = new URL(location.pathname, location.origin);
  for (const name of ["lang", "embed", "theme"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  history.replaceState(null, "", url);
}

// choose changes to another lesson or world; the present one stays kept.
export async function choose(target) {
  await save();
  byId("app").classList.remove("app--first");
  unname();
  model.explain(null);
  return load(target);
}

// loadLog opens an input log, of a link or a file; what it replaces can be brought back, unless it is kept elsewhere.
export async function loadLog(log, lesson, quiet = false) {
  keeping = false;
  forget();
  try {
    await driver.call("load", lesson ? { log, lesson } : { log });
    const wanted = slotOf({ lesson: model.state.lesson?.id, world: model.state.world.name });
    const kept = await store.get(`work:${wanted}`);
    await settle(wanted, await lock.take(wanted));
    if (kept?.log && inputs(kept.log) > 0 && kept.log !== log && !quiet) bringBack(kept, "page.link.opened");
  } finally {
    keeping = true;
  }
  await save();
}

// bringBackAfter keeps what is there, does what replaces it, and offers to bring it back.
export async function bringBackAfter(run, id) {
  const kept = await snapshot();
  if (await run()) bringBack(kept, id);
}

function bringBack(kept, id) {
  if (!kept || inputs(kept.log) < 1) return;
  aside = { log: kept.log, lesson: kept.lesson };
  store.put("aside", aside);
  band("back", { text: t(id), closable: true, actions: [{ id: "bring-back", text: t("page.bring-back"), run: putBack }] });
}

// putBack opens what was put aside last; canPutBack says whether there is any.
export const putBack = () => loadLog(aside.log, aside.lesson).catch((e) => fault(e.message));
export const canPutBack = () => aside !== null;

async function snapshot() {
  const answer = await driver.call("export").catch(() => null);
  return answer && { log: answer.log, lesson: model.state.lesson?.id ?? null };
}

function later() {
  const now = performance.now();
  since ||= now;
  clearTimeout(timer);
  timer = setTimeout(saveLate, Math.max(0, Math.min(DELAY, since + LONGEST - now)));
}

const saveLate = spare(() => save()); // keeping is never in the way of a reply

// save keeps the work of the present slot; saves follow each other.
export function save() {
  clearTimeout(timer);
  since = 0;
  if (!keeping || model.readOnly || byId("app").classList.contains("app--first")) return saving;
  saving = saving.then(async () => {
    const to = slot;
    const work = await snapshot();
    if (!work || to !== slot || model.readOnly) return;
    falls = 0;
    last = { log: work.log, target: work.lesson ? { lesson: work.lesson } : { world: model.state.world.name } };
    const progress = await driver.call("progress").catch(() => null);
    await Promise.all([store.put(`work:${to}`, { ...work, at: Date.now() }), progress && store.put("progress", progress)]);
    emit("saved", { inputs: inputs(work.log) });
  });
  return saving;
}

function readOnly(on) {
  model.readOnly = on;
  unband("readonly");
  if (on) band("readonly", { text: t("page.readonly"), picture: "warn", kind: "warn", actions: [{ id: "take-over", text: t("page.readonly.take"), run: takeOver }] });
  if (model.state) model.emit("change", model.state);
}

async function takeOver() {
  await lock.steal(slot);
  const [kind, name] = [slot.slice(0, slot.indexOf(":")), slot.slice(slot.indexOf(":") + 1)];
  const kept = await store.get(`work:${slot}`);
  model.readOnly = false;
  forget();
  if (kept?.log) await driver.call("load", { log: kept.log, lesson: kind === "lesson" ? name : undefined }).catch((e) => fault(e.message));
  await settle(slot, true);
}

// takeaway gathers all that is kept into one text: the present work, the other slots, saved worlds, branches, worlds of one's own and the progress.
export async function takeaway() {
  await save();
  const now = await snapshot();
  const works = { [slot]: now };
  for (const key of await store.keys("work:")) works[key.slice(5)] ??= await store.get(key);
  const saved = {};
  for (const beside of BESIDE) for (const key of await store.keys(beside)) saved[key] = await store.get(key);
  const progress = await driver.call("progress").catch(() => null);
  const day = new Date().toISOString().slice(0, 10);
  return { name: `ehlo-${day}.json`, text: JSON.stringify({ ehlo: "take", version: 1, slot, works, saved, progress }, null, 1) };
}

async function saveFile() {
  const { name, text } = await takeaway();
  offer(name, text, "application/json");
}

// loadWorld opens the text of a world file, and keeps it as one of one's own.
export async function loadWorld(text, name) {
  await driver.call("load", { worldText: text, name });
  unname();
  await keepWorld({ name: model.state.world.name, title: model.state.world.title, text });
  await settle(`world:${model.state.world.name}`, true);
}

// open reads a file that was taken along, an input log, a world, or a lesson: a zip, its files, or its folder.
export async function open(file, files = [file], folders = []) {
  const before = document.querySelector("dialog"); // what is opened meanwhile stays
  try {
    if (folders.length || files.some(({ name }) => /(^lesson\.md|\.zip)$/i.test(name))) {
      const { bring } = await import(new URL("course/own.js", import.meta.url));
      await bring({ choose, lesson, moreTexts, store, t, lang: model.hello.lang }, files, folders);
      return before?.close();
    }
    const text = await file.text();
    if (/\.toml$/i.test(file.name)) await loadWorld(text, file.name.replace(/\.toml$/i, ""));
    else if (text.startsWith("{") && text.includes('"ehlo": "take"')) await unpackTake(JSON.parse(text));
    else await loadLog(text);
    before?.close();
  } catch (e) {
    const named = files.find(({ name }) => /^lesson\.md$/i.test(name)) ?? file; // of a folder, what it is opened for
    dialog(t("page.open.failed", { name: named.name }), h("pre", null, e.message), e.detail ? h("pre", null, e.detail) : null);
  }
}

// A piece of a file that was taken along is looked at before it is kept: what is not sound would be found only when it is opened.
const texts = (one) => one !== null && typeof one === "object" && ["log", "text", "name", "title"].every((key) => ["string", "undefined"].includes(typeof one[key]));
const sound = (one) => texts(one) && (one.log ?? one.text) !== undefined;
const soundBeside = (key, one) => BESIDE.some((beside) => key.startsWith(beside)) && (key.startsWith("branches:") ? Array.isArray(one?.list) && one.list.every((way) => texts(way) && way.name !== undefined) : sound(one));

async function unpackTake({ slot: to, works, saved, progress }) {
  if (!sound(works?.[to])) throw new Error(t("page.open.lies"));
  if (progress) {
    await driver.call("setProgress", progress).catch(() => {});
    await store.put("progress", progress);
  }
  for (const [name, work] of Object.entries(works)) if (name !== to && sound(work)) await store.put(`work:${name}`, work);
  for (const [key, one] of Object.entries(saved ?? {})) if (soundBeside(key, one)) await store.put(key, one);
  await loadLog(works[to].log, works[to].lesson);
}

// pickFile lets the person choose a file to open.
export function pickFile() {
  const input = h("input", { type: "file", accept: ".json,.jsonl,.toml,.txt,.zip" });
  input.addEventListener("change", () => { if (input.files[0]) open(input.files[0]); });
  input.click();
}

// leave says what becomes of the work when the page is left.
export function leave() {
  dialog(t("page.leave.title"), h("p", null, t("page.leave.text")),
    h("div.rowbtn", null,
      h("button.btn.btn--main", { type: "button", onclick: saveFile }, t("page.take")),
      h("button.btn", { type: "button", onclick: () => location.assign(location.pathname) }, t("page.leave.keep")),
      h("button.btn", { type: "button", data: { action: "remove" }, onclick: removeAll }, t("page.leave.remove"))));
}

async function removeAll() {
  keeping = false;
  for (const key of await store.keys("")) await store.delete(key);
  location.assign(location.pathname);
}

// revive starts a new core after one has died, replays what was kept, and offers a report. A log that kills twice is
// not replayed a third time.
async function revive(detail) {
  if (!model.hello) return; // it never ran: main.js says so
  falls++;
  keeping = false;
  const { log, target } = last;
  const report = JSON.stringify({ ehlo: "fault", version: model.hello?.version, detail, world: model.state?.world.name, target, log }, null, 1);
  driver.start();
  forget();
  try {
    await driver.call("hello", { lang: model.hello.lang });
    const progress = await store.get("progress");
    if (progress) await driver.call("setProgress", progress);
    const replay = falls < 2 && log;
    await driver.call("load", replay ? { log, lesson: target?.lesson } : target ? await whole(target) : { world: model.hello.worlds.at(-1)?.name });
    await settle(slot, true);
    keeping = Boolean(replay) || !log;
    emit("revived", { replayed: Boolean(replay) });
    band("dead", { text: t(replay || !log ? "page.dead.restored" : "page.dead.fresh"), kind: "hard", picture: "warn", closable: true, actions: [{ id: "report", text: t("page.dead.report"), stays: true, run: () => offer("ehlo-fault.json", report, "application/json") }] });
  } catch (e) {
    band("dead", { text: t("page.dead.gone"), kind: "hard", picture: "warn", actions: [{ id: "report", text: t("page.dead.report"), stays: true, run: () => offer("ehlo-fault.json", report, "application/json") }] });
  }
}
