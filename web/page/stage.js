// The stage: an iframe in which the animated picture of the world runs, fed with packed trace events. It starts after the
// console answers. Where it has no canvas, or has lost it, it goes on as SVG until it has one again; where it cannot run at
// all, the ladder takes its place. What lies over the picture (stage/view.js) comes with it.
import { act } from "./act.js";
import { api, emit } from "./api.js";
import { bench } from "./bench.js";
import { openShell } from "./console.js";
import { dialog, offer } from "./dialogs.js";
import { byId, h, icon, label } from "./dom.js";
import { driver } from "./driver.js";
import { clock, short, text, visible } from "./format.js";
import { t, texts } from "./i18n.js";
import { inspect } from "./inspector.js";
import { ladderInto } from "./ladder.js";
import { late, replies } from "./late.js";
import { live } from "./live.js";
import { menu } from "./menu.js";
import { model } from "./model.js";
import { showPane } from "./panes.js";
import { place } from "./place.js";
import { settings } from "./settings.js";
import { store } from "./store.js";

const PATIENCE = 30_000; // ms until a stage that does not answer counts as dead
const AGAIN = [1000, 3000, 10_000]; // ms until a lost canvas is made anew, at the first, second and third loss in a row
const COLORS = ["desk", "paper", "sheet", "sunken", "grid", "ink", "ink-2", "ink-3", "on-ink", "outline", "rule", "rule-strong", "wire", "marker",
  "client", "server", "mua", "mta", "dns", "dns-wash", "mailbox", "mailbox-wash", "eve", "eve-wash", "letter", "letter-ink", "letter-stamp",
  "letter-return", "tls", "tls-wash", "queue", "transient-fill", "on-transient", "permanent", "permanent-fill", "on-permanent"];

let frame = null;
let next = null; // a frame that starts while another still says how the stage looks
let phase = "none"; // none, starting, filling, live, dead
let canvas = true; // the picture is painted on a canvas, not as SVG
let reason = "";
let backlog = []; // messages about events that wait
let patience = 0;
let losses = 0;
let drawLadder;
let over = null; // what lies over the picture, when it is loaded
const asked = new Map(); // who waits for an answer, by number
let number = 0;

export function initStage() {
  const box = byId("stage");
  drawLadder = ladderInto(byId("stage-ladder"));
  addEventListener("message", (event) => {
    if (event.origin !== location.origin) return;
    if (next && event.source === next.contentWindow) receiveNext(event.data);
    else if (frame && event.source === frame.contentWindow) receive(event.data);
  });
  byId("stage-ladder-on").addEventListener("click", () => settings.set("ladder", !settings.ladder));
  settings.on("change", () => {
    look();
    tellView();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellView);
  matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", tellView);
  new ResizeObserver(() => { if (box.clientWidth) tellView(); }).observe(box);
  new IntersectionObserver(() => tellVisible()).observe(box);
  document.addEventListener("visibilitychange", tellVisible);
  model.on("events", forward);
  model.on("change", late(tick, { lightly: true })); // the stage draws its part for the same frame
  replies.on("due", (on) => frame?.contentWindow?.gate?.rest(on)); // at once: a message would come with the reply
  look();
}

// startStage makes the iframe, unless it cannot be had.
export async function startStage() {
  if (phase !== "none" && phase !== "dead") return;
  const found = await fetch(new URL("stage/index.html", import.meta.url)).then((r) => r.ok, () => false);
  if (!found) return die("missing");
  over ??= await import(new URL("stage/view.js", import.meta.url)).then((m) => m.initView({
    box: byId("stage"), tools: byId("stage-tools"), post, ask, live: () => phase === "live" && !settings.ladder, h, icon, label, t, act, model, driver, settings, menu,
    hasTime: () => !live && !place.real(), bench, inspect, openShell, showPane, store, dialog, offer, emit, clock, short, text, visible,
  }), () => null);
  phase = "starting";
  canvas = await webgl();
  frame?.remove();
  frame = open(canvas);
  backlog = [];
  patience = setTimeout(() => die("silent"), PATIENCE);
  look();
}

// stageItems are the stage's tools as a menu, where the page has no room for their buttons.
export function stageItems() {
  if (!over || byId("stage-tools").checkVisibility()) return [];
  return [...over.items(), { text: t("page.stage.ladder"), checked: settings.ladder, run: () => settings.set("ladder", !settings.ladder) }];
}

// editOnStage lets a person change the world on its stage.
export function editOnStage() {
  settings.set("ladder", false);
  showPane("stage");
  over?.edit();
}

// open makes a frame with the stage in it.
function open(painted) {
  const url = new URL("stage/index.html", import.meta.url);
  if (!painted) url.search = "?svg";
  const node = h("iframe", { src: url.href, tabindex: -1, inert: true, title: t("page.stage"), "aria-hidden": "true" });
  byId("stage").prepend(node);
  return node;
}

// webgl resolves with whether there is something to paint with. The worker stays until the stage has a canvas of its own.
async function webgl() {
  if (globalThis.OffscreenCanvas) {
    const worker = new Worker(new URL("stage/probe.js", import.meta.url));
    setTimeout(() => worker.terminate(), PATIENCE);
    return new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = () => resolve(false);
      setTimeout(resolve, PATIENCE, false); // one that says nothing
    });
  }
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
}

const listens = () => phase === "live" || phase === "filling";

function post(message, transfer) {
  if (listens()) frame.contentWindow?.postMessage(message, location.origin, transfer);
}

// still resolves with the stage after the events of a chunk as SVG, as soon as there is a stage.
export async function still(chunk, width, height) {
  if (phase !== "live") await new Promise((resolve) => {
    const off = api.on("stage", ({ ready }) => {
      if (!ready) return;
      off();
      resolve();
    });
  });
  return ask({ type: "still", chunk, width, height });
}

// ask sends a message that is answered; without a stage the answer is null.
function ask(message) {
  if (phase !== "live") return Promise.resolve(null);
  return new Promise((done) => {
    asked.set(++number, done);
    post({ ...message, id: number });
  });
}

function receive(data) {
  if (data.type === "ready") return fillUp();
  if (data.type === "dead") {
    console.warn("stage:", data.reason, data.detail);
    return data.reason === "crash" ? die(data.reason) : darken(data.reason);
  }
  if (data.type === "answer") {
    asked.get(data.id)?.(data.what);
    asked.delete(data.id);
  } else if (data.type === "frame") emit("frame", data);
  return undefined;
}

// fillUp gives a new stage all events; those that come meanwhile wait.
async function fillUp() {
  clearTimeout(patience);
  phase = "filling";
  tellView();
  tellVisible();
  const chunk = await driver.call("chunk", { from: 0, to: model.events.length }).catch(() => null);
  if (phase !== "filling") return;
  backlog.unshift({ type: "events", keep: 0, chunk });
  phase = "live";
  told = "";
  tick();
  over?.restored();
  look();
  emit("stage", { ready: true, by: canvas ? "canvas" : "svg" });
}

// darken goes on as SVG: the program still knows how the stage looks. A canvas that was lost is made anew.
function darken(why) {
  canvas = false;
  reason = why;
  if (phase === "starting") fillUp();
  else look();
  told = "";
  tick();
  emit("stage", { ready: true, by: "svg", reason });
  if (why === "context" && losses < AGAIN.length) setTimeout(renew, AGAIN[losses++]);
}

async function renew() {
  const waits = () => !canvas && phase === "live" && !next;
  if (!waits() || !await webgl() || !waits()) return;
  next = open(true);
  setTimeout(dropNext, PATIENCE, next);
}

function dropNext(node) {
  if (next !== node) return;
  node.remove();
  next = null;
}

function receiveNext(data) {
  if (data.type === "dead") return dropNext(next);
  if (data.type !== "ready") return undefined;
  for (const done of asked.values()) done(null);
  asked.clear();
  frame.remove();
  frame = next;
  next = null;
  canvas = true;
  backlog = [];
  setTimeout(() => (losses = 0), 60_000);
  return fillUp();
}

function forward({ keep, chunk, fresh }) {
  if (phase !== "live" && phase !== "filling") return;
  if (!fresh.length && keep === model.events.length) return;
  backlog.push({ type: "events", keep, chunk });
}

let told = ""; // the clock, as the stage knows it

function flush() {
  if (backlog.length) told = ""; // what was told of the time was of other events
  for (const message of backlog) post(message, message.chunk ? [message.chunk] : []);
  backlog = [];
}

function tick() {
  if (!model.state) return undefined;
  const { now, total, epoch, playing, pace } = model.state;
  if (phase === "live") flush();
  if (laddered()) return drawLadder();
  if (phase !== "live") return undefined;
  const rate = (playing && Number(pace)) || 0;
  const key = `${now} ${total} ${epoch} ${rate}`;
  if (key === told) return undefined;
  told = key;
  post({ type: "clock", now, total, rate });
  over?.moved();
  return canvas ? undefined : drawSVG();
}

let drawing = false;
let stale = false;

// drawSVG shows the picture as SVG: as often as it can be made, the newest only.
async function drawSVG() {
  stale = true;
  if (drawing) return;
  drawing = true;
  while (stale && !canvas) {
    stale = false;
    const svg = await ask({ type: "svg" });
    const box = byId("stage-svg");
    if (svg && box && !canvas) box.innerHTML = svg;
  }
  drawing = false;
}

const theme = () => settings.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function viewOf() {
  const box = byId("stage");
  const style = getComputedStyle(document.documentElement);
  if (!canvas) setTimeout(drawSVG);
  return {
    type: "view", width: box.clientWidth, height: box.clientHeight, dpr: devicePixelRatio, theme: theme(),
    corner: cornerOf(box, byId("stage-tools")),
    reducedMotion: matchMedia("(prefers-reduced-motion: reduce)").matches,
    words: texts("page.stage."),
    colors: Object.fromEntries(COLORS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])),
  };
}

// cornerOf is how much of the upper right corner the buttons take, with some air.
function cornerOf(box, tools) {
  const a = box.getBoundingClientRect();
  const b = tools.getBoundingClientRect();
  return b.width ? { width: a.right - b.left + 10, height: Math.max(b.bottom - a.top + 10, 0) } : null;
}

const laddered = () => settings.ladder || phase === "dead";

function tellView() {
  if (listens()) post(viewOf()); // to look at the box and the colours would lay the page out
}

function tellVisible() {
  if (!listens()) return; // as above
  const box = byId("stage");
  post({ type: "visible", on: !document.hidden && box.clientWidth > 0 && !laddered() });
}

// die puts the ladder in the stage's place and says why.
function die(why) {
  clearTimeout(patience);
  phase = "dead";
  reason = why;
  for (const done of asked.values()) done(null);
  asked.clear();
  frame?.remove();
  frame = null;
  look();
  emit("stage", { ready: false, reason });
}

// look shows the stage, on its canvas or as SVG, or the ladder.
function look() {
  const on = laddered();
  const box = byId("stage");
  byId("stage-ladder-on").setAttribute("aria-pressed", String(on));
  byId("stage-tools").hidden = phase === "dead";
  const ladder = byId("stage-ladder");
  ladder.hidden = !on;
  byId("stage-dead")?.remove();
  if (phase === "dead" && model.hello) ladder.before(notice());
  ladder.classList.toggle("stage__ladder--noted", phase === "dead");
  box.dataset.by = on ? "ladder" : canvas ? "canvas" : "svg";
  if (canvas || on) byId("stage-svg")?.remove();
  else if (!byId("stage-svg")) {
    frame?.after(h("div.stage__svg", { id: "stage-svg", role: "group", "aria-label": t("page.stage") }));
    drawSVG();
  }
  tellVisible();
  if (on && model.state) drawLadder(true);
}

function notice() {
  const known = ["missing", "silent"].includes(reason) ? reason : "crash";
  return h("p.stage__dead", { id: "stage-dead", role: "status" }, icon("warn", true), h("span", null, t(`page.stage.dead.${known}`)),
    h("button.btn", { type: "button", onclick: () => { phase = "none"; startStage(); } }, t("page.stage.again")));
}
