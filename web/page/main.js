// The page: it starts the modules when the core answers, and the stage when the console does.
import { api, extend, emit, ready } from "./api.js";
import { initConsole } from "./console.js";
import { fault } from "./act.js";
import { band, initBands, unband } from "./bands.js";
import { bench } from "./bench.js";
import { Core } from "./core.js";
import { dialog, help, offer } from "./dialogs.js";
import { byId, h, icon } from "./dom.js";
import { driver } from "./driver.js";
import { make } from "./exports.js";
import { welcome } from "./first.js";
import { apply, codes, loadTexts, moreTexts, t, texts } from "./i18n.js";
import { initFind } from "./find.js";
import { initInspector } from "./inspector.js";
import { initKeys } from "./keys.js";
import { initLesson, refresh, typed } from "./lesson.js";
import { beginLive, initLive, live } from "./live.js";
import { menu } from "./menu.js";
import { model } from "./model.js";
import { canInstall, initOffline, install } from "./offline.js";
import { initPanes } from "./panes.js";
import { allPictures } from "./pictures.js";
import { initPlace, place } from "./place.js";
import { lessonOf, overheard, recorded, startReader } from "./reading.js";
import { begin, canPutBack, choose, initSession, leave, loadLog, loadWorld, open, pickFile, putBack, save } from "./session.js";
import { base64 } from "./format.js";
import { openCourse } from "./course.js";
import { saves } from "./saves.js";
import { settings } from "./settings.js";
import { initShare, link, share } from "./share.js";
import { initStage, stageItems, startStage } from "./stage.js";
import { store } from "./store.js";
import { initTime } from "./time.js";
import { initTimeline } from "./timeline.js";
import { initTranscript, note } from "./transcript.js";
import { initWhole } from "./whole.js";
import { freeName, worldItems } from "./worlds.js";

const query = new URLSearchParams(location.search);

async function start() {
  const greeting = greet();
  const [lang, progress] = await Promise.all([loadTexts(), store.get("progress"), settings.load()]);
  apply();
  if (query.has("embed")) byId("app").classList.add("app--embed");
  for (const init of [initBands, initTranscript, initConsole, initFind, initInspector, initTime, initTimeline, live ? initLive : initLesson, initPanes, initShare, initStage, initSession, initKeys, ...(live ? [] : [initWhole]), initBar, initDrop]) init();
  if (progress) driver.call("setProgress", progress).catch(() => {});
  const beginning = live ? beginLive() : begin(greeting); // the page is there; what is left is to wait for the core
  const hello = model.hello = { ...await greeting, strings: texts("page."), lang };
  const first = await beginning;
  if (!model.state.playing) await driver.call("play");
  const welcoming = first && !location.hash.startsWith("#bridge=") && !query.has("embed");
  byId("app").classList.toggle("app--first", welcoming); // before anything is seen: nothing then moves aside
  byId("app").classList.remove("app--loading");
  byId("app").inert = false;
  byId("invite").hidden = !welcoming;
  byId("loading").remove();
  ready(hello);
  if (!live) await initPlace(bridging).catch((e) => fault(e.message));
  if (welcoming) await welcome();
  if (!matchMedia("(pointer: coarse)").matches) byId("line").focus();
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  setTimeout(() => startStage().then(startReader), 50);
  initOffline();
}

// greet resolves with what there is: lessons, worlds, paces. It is the core's answer to hello, which says the same each time, so that
// it is a file; where that cannot be had, or the language is none of ours, the core is asked.
async function greet() {
  const { lang, greeting } = globalThis.ehloBoot;
  return (await greeting).hello ?? driver.call("hello", { lang });
}

// What a bridge needs of the page.
const bridging = { band, unband, base64, codes, dialog, driver, fault, h, loadWorld, model, moreTexts, note, offer, on: api.on, overheard, real: place.real, store, t };
addEventListener("hashchange", () => { if (!live && location.hash.startsWith("#bridge=")) initPlace(bridging).catch((e) => fault(e.message)); });

function initBar() {
  const themes = () => ["", "light", "dark", "projector"].map((name) => ({ text: t(`page.theme.${name || "system"}`), checked: settings.theme === name, run: () => settings.set("theme", name) }));
  menu(byId("theme"), themes);
  byId("help").addEventListener("click", help);
  document.querySelector(".brand").addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  const small = matchMedia("(max-width: 900px), (max-height: 480px)");
  menu(byId("more"), () => [
    ...stageItems(),
    ...(small.matches ? [t("page.world.choose"), ...worldItems(choose), t("page.theme"), ...themes(),
      { text: t("page.share"), cut: true, run: share }, { text: t("page.help"), run: help }] : []),
    ...(live ? [] : ["map", "glossary", "teacher"].map((what) => ({ text: t(`page.course.${what}`), run: () => course(what) }))),
    canInstall() && { text: t("page.install"), run: install },
    canPutBack() && { text: t("page.put-back"), run: putBack },
    ...(live ? [] : [{ text: t("page.branches"), run: () => bench("showBranches") }]),
    { text: t("page.saves"), run: saves },
    { text: t("page.incident"), run: () => explainIncident() },
    { text: t("page.take"), run: share }, { text: t("page.take.open"), run: pickFile }, { text: t("page.leave"), cut: true, run: leave },
  ], true);
}

// What the course needs of the page.
const coursing = { allPictures, choose, codes, core: () => new Core(globalThis.ehloBoot.start(true), () => {}), dialog, driver, h, icon, lessonOf, model, moreTexts, offer, refresh, settings, store, t, texts, typed };
const course = (what, ...args) => openCourse(coursing, what, ...args);
extend({ course });
model.on("course", ([what, ...args]) => course(what, ...args));

// explainIncident lets a person bring what went wrong elsewhere: paste it, or drop it as a file.
async function explainIncident(file) {
  const { incident } = await import(new URL("more/incident.js", import.meta.url));
  const run = (text) => driver.call("script", { text, name: "incident" });
  incident({ h, t, codes, dialog, recorded, lang: model.hello.lang, offer, freeName, loadWorld, save, run }, file);
}

const octetsOf = (data) => (typeof data === "string" ? new TextEncoder().encode(data) : data);
const incidentOf = (data, what) => recorded({ octets: octetsOf(data), protocol: "", mask: false, ...what }, model.hello.lang);

// A file may be dropped anywhere on the page: what ehlo has written and a lesson are opened, anything else is explained.
function initDrop() {
  const isOurs = /(\.(toml|jsonl?|zip)|^lesson\.md)$/i;
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const { files, items } = event.dataTransfer;
    const folders = [...items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
    if (folders.length || [...files].some(({ name }) => isOurs.test(name))) open(files[0], [...files], folders);
    else if (files.length) explainIncident(files[0]);
  });
}

extend({
  lessons: () => model.hello.lessons,
  load: choose,
  importLog: (log, lesson) => loadLog(log, lesson),
  link,
  exported: make,
  incident: (data, options) => incidentOf(data, options),
  replay: (data, options) => incidentOf(data, { ...options, replay: true }),
  masked: (data, options) => incidentOf(data, { ...options, share: true }),
});
model.on("change", () => emit("state", model.state));
model.on("events", ({ fresh }) => { if (fresh.length) emit("events", fresh); });

await start(); // boot.js says what goes wrong
