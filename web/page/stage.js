// The stage: an iframe in which the animated picture of the world runs, fed with packed trace events. It starts after the
// console answers. Where it cannot run or dies, the ladder takes its place.
import { byId, h, icon } from "./dom.js";
import { driver } from "./driver.js";
import { t } from "./i18n.js";
import { inspect } from "./inspector.js";
import { ladderInto } from "./ladder.js";
import { late, model } from "./model.js";
import { emit } from "./api.js";
import { settings } from "./settings.js";

const PATIENCE = 30_000; // ms until a stage that does not answer counts as dead
const COLORS = ["desk", "paper", "sheet", "sunken", "grid", "ink", "ink-2", "ink-3", "on-ink", "outline", "rule", "rule-strong", "wire", "marker",
  "on-marker", "focus", "client", "client-wash", "server", "server-wash", "mua", "mua-wash", "mta", "mta-wash", "dns", "dns-wash", "mailbox",
  "mailbox-wash", "eve", "eve-wash", "letter", "letter-ink", "letter-stamp", "letter-return", "tls", "tls-wash", "success", "success-wash", "queue",
  "queue-wash", "transient", "transient-wash", "transient-fill", "on-transient", "permanent", "permanent-wash", "permanent-fill", "on-permanent"];

let frame = null;
let phase = "none"; // none, starting, filling, live, dead
let reason = "";
let backlog = []; // messages about events that wait
let patience = 0;
let drawLadder;
let hits = 0;

export function initStage() {
  const view = byId("stage");
  const over = byId("stage-over");
  drawLadder = ladderInto(byId("stage-ladder"));
  addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.origin === location.origin) receive(event.data);
  });
  over.addEventListener("click", (event) => {
    const box = over.getBoundingClientRect();
    post({ type: "hit", x: event.clientX - box.left, y: event.clientY - box.top, id: ++hits });
  });
  byId("stage-ladder-on").addEventListener("click", () => settings.set("ladder", !settings.ladder));
  settings.on("change", () => {
    look();
    post(viewOf());
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => post(viewOf()));
  matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", () => post(viewOf()));
  new ResizeObserver(() => { if (view.clientWidth) post(viewOf()); }).observe(view);
  new IntersectionObserver(() => tellVisible()).observe(view);
  document.addEventListener("visibilitychange", tellVisible);
  model.on("events", forward);
  model.on("change", late(tick));
  look();
}

// start makes the iframe, unless the browser lacks what it needs.
export async function startStage() {
  if (phase !== "none" && phase !== "dead") return;
  if (!webgl()) return die("webgl");
  const url = new URL("stage/index.html", import.meta.url);
  const found = await fetch(url).then((r) => r.ok, () => false);
  if (!found) return die("missing");
  frame?.remove();
  frame = h("iframe", { src: url.href, tabindex: -1, inert: true, title: t("page.stage"), "aria-hidden": "true" });
  phase = "starting";
  backlog = [];
  byId("stage").prepend(frame);
  patience = setTimeout(() => die("silent"), PATIENCE);
  look();
}

function webgl() {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
}

function post(message, transfer) {
  if (phase === "live" || phase === "filling") frame.contentWindow?.postMessage(message, location.origin, transfer);
}

async function receive(data) {
  if (data.type === "ready") return fillUp();
  if (data.type === "dead") {
    console.warn("stage:", data.reason, data.detail);
    return die(data.reason);
  }
  if (data.type === "hit" && data.id === hits) return hit(data.what);
  if (data.type === "frame") emit("frame", data.n);
}

// fillUp gives a new stage all events; those that come meanwhile wait.
async function fillUp() {
  clearTimeout(patience);
  phase = "filling";
  post(viewOf());
  tellVisible();
  const chunk = await driver.call("chunk", { from: 0, to: model.events.length }).catch(() => null);
  if (phase !== "filling") return;
  if (chunk) post({ type: "events", keep: 0, chunk }, [chunk]);
  phase = "live";
  tick();
  emit("stage", { ready: true });
}

function forward({ keep, chunk, fresh }) {
  if (phase !== "live" && phase !== "filling") return;
  if (!fresh.length && keep === model.events.length) return;
  backlog.push({ type: "events", keep, chunk });
}

function flush() {
  for (const message of backlog) post(message, message.chunk ? [message.chunk] : []);
  backlog = [];
}

let told = "";

function tick() {
  const { now, total, epoch } = model.state;
  if (phase === "live") flush();
  if (laddered()) return drawLadder();
  if (phase !== "live") return undefined;
  const key = `${now} ${total} ${epoch}`;
  if (key === told) return undefined;
  told = key;
  return post({ type: "clock", now, total });
}

const theme = () => settings.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function viewOf() {
  const box = byId("stage");
  const style = getComputedStyle(document.documentElement);
  return {
    type: "view", width: box.clientWidth, height: box.clientHeight, dpr: devicePixelRatio, theme: theme(),
    reducedMotion: matchMedia("(prefers-reduced-motion: reduce)").matches,
    words: Object.fromEntries(Object.entries(model.hello.strings).filter(([id]) => id.startsWith("page.stage."))),
    colors: Object.fromEntries(COLORS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])),
  };
}

const laddered = () => settings.ladder || phase === "dead";

function tellVisible() {
  const box = byId("stage");
  post({ type: "visible", on: !document.hidden && box.clientWidth > 0 && !laddered() });
}

// die puts the ladder in the stage's place and says why.
function die(why) {
  clearTimeout(patience);
  phase = "dead";
  reason = why;
  frame?.remove();
  frame = null;
  look();
  emit("stage", { ready: false, reason });
}

// look shows either the stage or the ladder.
function look() {
  const on = laddered();
  const button = byId("stage-ladder-on");
  button.setAttribute("aria-pressed", String(on));
  button.parentElement.hidden = phase === "dead";
  const ladder = byId("stage-ladder");
  ladder.hidden = !on;
  byId("stage-dead")?.remove();
  if (phase === "dead" && model.hello) ladder.before(notice());
  ladder.classList.toggle("stage__ladder--noted", phase === "dead");
  tellVisible();
  if (on && model.state) drawLadder(true);
}

function notice() {
  const known = ["webgl", "missing", "silent", "context"].includes(reason) ? reason : "crash";
  return h("p.stage__dead", { id: "stage-dead", role: "status" }, icon("warn", true), h("span", null, t(`page.stage.dead.${known}`)),
    h("button.btn", { type: "button", onclick: () => { phase = "none"; startStage(); } }, t("page.stage.again")));
}

// hit shows what was pointed at.
function hit(what) {
  byId("stage-tip")?.remove();
  if (!what?.kind) return;
  if (what.kind === "line") {
    const line = model.events.find((e) => e.seq === what.seq && e.kind === "line");
    if (line && model.conn(line.conn)?.mine) model.show(line.conn);
    if (line) model.explain(line);
    inspect("explain");
  } else if (what.kind === "conn") {
    const conn = Number(what.name || what.seq);
    if (model.conn(conn)?.mine) model.show(conn);
    inspect("ladder");
  } else if (what.kind === "mailbox") inspect("mailbox");
  else if (what.kind === "letter") inspect("queue");
  tip(what);
  emit("hit", what);
}

// tip names what was clicked; of a host it also says where it is and what listens there.
function tip({ kind, name, title }) {
  const host = kind === "host" && model.state.world.hosts.find((x) => x.name === name);
  const doors = (host?.services ?? []).map((d) => `${d.protocol.toUpperCase()} ${d.port}`).join(", ");
  const text = host ? [h("b", null, host.name), ` ${host.address}`, doors ? ` · ${doors}` : ""] : title ? [t(title.id, title.args)] : [];
  if (!text.length) return;
  const node = h("p.stage__tip", { id: "stage-tip", role: "status" }, text);
  byId("stage").append(node);
  setTimeout(() => node.remove(), 6000);
}
