// The console: a tab for the learner's host and one for each connection, and the line that is typed.
import { act } from "./act.js";
import { band } from "./bands.js";
import { isCommand, obey } from "./commands.js";
import { complete } from "./complete.js";
import { copy } from "./dialogs.js";
import { byId, h, icon, label, rove, write } from "./dom.js";
import { base64, rawPieces, short } from "./format.js";
import { add, gather, gathering, sendGathered } from "./gather.js";
import { closeGloss } from "./gloss.js";
import { t } from "./i18n.js";
import { behind } from "./late.js";
import { live } from "./live.js";
import { menu } from "./menu.js";
import { openMail, showMail } from "./mailtab.js";
import { MAIL, model } from "./model.js";
import { connect, doors } from "./doors.js";
import { showPane } from "./panes.js";
import { place } from "./place.js";
import { bench } from "./bench.js";
import { settings } from "./settings.js";
import { shell, type } from "./shell.js";
import { note, showAll } from "./transcript.js";

const KEPT = 3; // closed connections that keep a tab
const PATIENCE = 60; // ms that a line that was sent waits in its field for the answer, which is drawn before the field is emptied
const history = [];
let at = 0; // place in the history
let draft = "";
let raw = false;
let opening = null; // what a line at a host does: the lines behind it wait, for it may open the connection that they are meant for
let lingers = 0; // the timer that ends it, 0 where no line does
let input;

export function initConsole() {
  input = byId("line");
  byId("prompt").addEventListener("submit", (event) => {
    event.preventDefault();
    send(input.value, true);
  });
  for (const before of ["keydown", "beforeinput", "paste"]) input.addEventListener(before, leaves);
  input.addEventListener("keydown", keys);
  input.addEventListener("keypress", enter);
  input.addEventListener("input", () => complete.draw());
  input.addEventListener("paste", paste);
  byId("log").addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave(event);
    else if (isCut(event)) cutOrCopy(event);
  });
  byId("log").addEventListener("click", (event) => {
    if (getSelection().isCollapsed && !event.target.closest(".ln, .gloss") && !matchMedia("(pointer: coarse)").matches) input.focus();
  });
  for (const sign of ["<", ">", "@", ":"]) byId("pkeys").append(h("button.chip", { type: "button", onclick: () => insert(sign) }, sign));
  byId("pkeys").append(h("span", { id: "pkeys-legal" }));
  const wrap = () => byId("log").classList.toggle("log--long", !settings.wrap);
  wrap();
  settings.on("change", wrap);
  rove(byId("console-tabs"), ".tab", { choose: (tab) => tab.click() });
  menu(byId("open"), () => [
    ...doors().map(([host, door]) => ({ text: `telnet ${host} ${door.port}`, note: door.protocol.toUpperCase(), run: () => connect(host, door.port) })),
    ...programs(),
    ...(place.bridge?.menu() ?? []),
  ]);
  menu(byId("console-more"), more);
  byId("copy").addEventListener("click", copyTranscript);
  complete.init(insertWhole);
  model.on("change", draw);
  model.on("tab", () => {
    setRaw(false);
    gather(false);
    draw();
  });
}

// packet begins to gather lines for one packet, or sends what is gathered.
export async function packet() {
  const conn = model.conn(model.tab);
  if (!conn?.open) return note(model.tab, t("page.console.packet.none"));
  if (gathering()) await sendGathered(conn.id, "");
  else gather(true);
  promptDrawn = "";
  drawPrompt();
  input.focus();
}

function more() {
  const conn = model.conn(model.tab);
  const real = place.real();
  return [
    !real && { text: t("page.console.undo"), note: "/undo", run: () => obey("/undo", setRaw) },
    !real && { text: t("page.console.reset"), note: "/reset", run: () => obey("/reset", setRaw) },
    conn && { text: t("page.console.raw"), note: "/raw", cut: true, run: () => setRaw(!raw) },
    !live && !real && { text: t("page.console.predict"), note: t(settings.predict ? "page.on" : "page.off"), cut: true, run: () => settings.set("predict", !settings.predict) },
    !live && !real && { text: t("page.console.predictions"), run: () => bench("showPredictions") },
    { text: t("page.console.wrap"), note: t(settings.wrap ? "page.on" : "page.off"), run: () => settings.set("wrap", !settings.wrap) },
    conn && { text: t("page.console.packet"), note: "/packet", run: () => packet() },
    conn?.open && { text: t("page.console.fin"), note: "Ctrl D", run: () => act("fin", { conn: conn.id }) },
    isAlive(conn) && { text: t("page.console.cut"), note: "Ctrl C", run: () => act("cut", { conn: conn.id }) },
    ...(real ? place.bridge.more(conn?.id) : []),
    conn && !real && place.bridge && { text: t("bridge.compare"), cut: true, run: () => place.bridge.compare(conn.id) },
  ];
}

// openShell shows the terminal of a host. It says no where the hosts are not those of a world: they have none.
export function openShell(host) {
  if (live || place.real()) return false;
  model.explain(null);
  model.show(host);
  showPane("console");
  input.focus();
  return true;
}

// programs lists the mail programs of people, and the shells, that are not open yet.
function programs() {
  if (live || place.real()) return [];
  const closed = (open) => ({ name }) => !open.some((host) => host.name === name);
  const { hosts } = model.state.world;
  return [
    ...model.seats().filter(closed(model.mails())).map(({ name, person }) => ({ text: t("page.console.mail", { person }), note: short(name), run: () => openMail(name) })),
    ...hosts.filter(closed(model.terminals())).map(({ name }) => ({ text: t("page.console.shell", { host: name }), note: "root", run: () => openShell(name) })),
  ].map((item, i) => ({ ...item, cut: i === 0 }));
}

// tabs lists the connections that have a tab: the open ones, the last closed ones, the one in view.
function tabs() {
  const mine = model.mine();
  const over = mine.filter((c) => c.over).slice(-KEPT);
  return mine.filter((c) => !c.over || over.includes(c) || c.id === model.tab);
}

const called = new Set(); // connections to the learner that have been shown
let tabsDrawn = "";

function draw() {
  const list = tabs();
  const seats = live || place.real() ? [model.seat()] : model.terminals();
  const caller = list.findLast((c) => c.served && !c.over && !called.has(c.id));
  if (caller) {
    called.add(caller.id);
    return model.show(caller.id);
  }
  const mails = live || place.real() ? [] : model.mails();
  const there = model.mailHost() ? mails.some((host) => host.name === model.mailHost())
    : model.atHost() ? seats.some((host) => host.name === model.tab) : list.some((c) => c.id === model.tab);
  if (!there) return model.show(list.at(-1)?.id ?? model.seat().name);
  const here = [
    ...(live || place.real() ? [] : seats).map((host) => ({ id: host.name, picture: "term", text: `${userOf(host)}@${short(host.name)}` })),
    ...mails.map((host) => ({ id: MAIL + host.name, picture: "letter", text: t("page.console.mail", { person: userOf(host) }) })),
    ...list.map((c) => ({ id: c.id, picture: "plug", text: c.served ? t("page.console.served", { port: c.port, host: short(c.from) }) : live ? `${c.from} ${c.protocol.toUpperCase()}` : `telnet ${short(c.to)} ${c.port}`, over: c.over })),
  ];
  const all = place.bridge?.arrange(here) ?? here;
  const key = JSON.stringify([model.tab, all]);
  if (key !== tabsDrawn) {
    tabsDrawn = key;
    drawTabs(all);
  }
  showMail();
  drawPrompt();
}

// userOf is who is logged in at a host: where nobody sits, the learner as root.
const userOf = (host) => host.person || (host === model.seat() ? t("page.console.you") : "root");

function drawTabs(list) {
  const tab = ({ id, picture, text, over, real = false }) => h(["button.tab", over && "tab--over", real && "tab--real"].filter(Boolean).join("."), {
    type: "button", role: "tab", id: `tab-${id}`, "aria-controls": String(id).startsWith(MAIL) ? "mail" : "log", "aria-selected": String(model.tab === id), tabindex: model.tab === id ? 0 : -1,
    onclick: () => {
      if (place.bridge && real !== place.real()) return place.bridge.go(real, id);
      model.explain(null);
      return model.show(id);
    },
  }, icon(picture), real ? [h("b.real", null, t("bridge.word")), h("span", null, text)] : text);
  byId("console-tabs").replaceChildren(...list.map(tab));
  byId("log").setAttribute("aria-labelledby", `tab-${model.tab}`);
}

let promptDrawn = "";

function drawPrompt() {
  const conn = model.conn(model.tab);
  const content = conn && !conn.served && model.content(conn.id);
  const key = [model.tab, conn?.open, conn?.over, content, raw, gathering(), locked(), complete.offer].join();
  complete.draw();
  if (key === promptDrawn) return;
  promptDrawn = key;
  byId("prompt").classList.toggle("prompt--shell", !conn);
  byId("prompt").classList.toggle("prompt--server", Boolean(conn?.served));
  byId("prompt").querySelector(".who").textContent = conn?.served ? "S:" : conn ? "C:" : "$";
  write(byId("prompt").querySelector("label"), t(conn?.served ? "page.console.reply" : "page.console.line"));
  const id = locked() ? "readonly" : !conn ? "host" : conn.over ? (conn.served ? "left" : "closed") : !conn.open ? waiting(conn) : raw ? "raw" : content ? "content" : "line";
  if (id === "line") input.removeAttribute("placeholder"); // one without a text would be laid out all the same
  else input.placeholder = t(`page.prompt.${id}`);
  input.readOnly = locked();
  const key2 = (name, text) => h("span", null, h("kbd", null, name), text);
  byId("line-help").replaceChildren(...(gathering() ? [key2("Ctrl Enter", t("page.prompt.gathered"))] : raw ? [key2("Esc", t("page.prompt.leave-raw"))] : complete.offer ? [key2("Tab", t("page.first.tab"))] : [key2("Enter", conn ? "CR LF" : t("page.prompt.run"))]));
}

// waiting says why nothing can be typed into a connection that is not over: it does not stand yet, or no longer.
const waiting = ({ id, served }) => (finished(id) ? "finished" : served || model.happened(id).some((e) => e.kind === "established" && e.at <= model.state.now) ? "closing" : "connecting");

// finished says whether the learner has closed their direction of a connection.
const finished = (id) => model.happened(id).some((e) => e.kind === "input" && e.label === "fin" && e.at <= model.state.now);

// isAlive says whether there is a connection to be cut: one whose half is closed is one.
const isAlive = (conn) => conn?.open || (conn && !conn.over && finished(conn.id));

// locked says whether another tab of the browser holds this world; real servers are nobody's.
const locked = () => model.readOnly && !place.real();

// send takes what was typed: a command to the tutor, a command to the shell, or octets for the wire. A line that does not come from
// the field leaves that as it is.
export async function send(value, fromField = false) {
  if (locked()) return void act("type");
  remember(value);
  return deliver(value, fromField);
}

// deliver brings a line to where it belongs. One that waits for a connection has left the field before that stands.
async function deliver(value, fromField = false) {
  const conn = model.conn(model.tab);
  const plain = !raw && !(conn && !conn.served && model.content(conn.id));
  const command = plain ? isCommand(value) : !raw && /^\/base64 /i.test(value) && model.exchange(conn.id);
  const text = plain && value.startsWith("//") ? value.slice(1) : value;
  const asked = (plain || text === ".") && conn && !conn.served && (settings.predict || model.state.lesson?.predict) && !place.real();
  const stays = fromField && conn && !conn.over && !command && !asked && !raw && !gathering() && !model.state.past;
  if (fromField && !stays) empty();
  if (command) return obey(value, setRaw);
  if (model.state.past) return past(value);
  if (!conn) {
    if (opening) return (await opening) ? deliver(value) : restore(value);
    opening = shell(value).finally(() => (opening = null));
    if (!await opening) restore(value);
    return undefined;
  }
  if (conn.over) return value || conn.served ? over(value) : connect(conn.to, conn.port);
  if (model.line && !model.line.auto) model.explain(null, true); // the explanation follows the newest line again
  if (gathering()) return add(text);
  if (raw) return sendRaw(conn.id, value);
  if (asked && (await bench("predict", conn, text)) === false) return restore(value);
  const answer = act("type", { conn: conn.id, text: `${text}\r\n` });
  if (stays) lingers = setTimeout(leaves, PATIENCE);
  const taken = await answer;
  clearTimeout(lingers);
  if (taken) emptied();
  else restore(value);
}

// leaves takes a line away that lingers, before anything else is done with the field.
function leaves() {
  if (!lingers) return;
  clearTimeout(lingers);
  lingers = 0;
  empty();
}

// emptied takes it away behind the frame that shows the answer.
const emptied = behind(leaves);

// sendRaw sends octets as they are written; where it is asked for, virtual time passes between them.
async function sendRaw(conn, value) {
  for (const { bytes, wait } of rawPieces(value)) {
    if (!(await (wait ? act("advance", { ms: wait }) : act("type", { conn, b64: base64(bytes) })))) return restore(value);
  }
}

// over keeps a line that came too late for its connection.
function over(value) {
  restore(value);
  note(model.tab, t("page.console.over"));
}

// past keeps the line and points at the band that says how to go on.
function past(value) {
  restore(value);
  document.querySelector('.band [data-action="fork"]')?.focus();
  band("fault", { text: t("page.past.type"), picture: "clock", closable: true });
}

function empty() {
  input.value = "";
  complete.draw();
}

// remember adds a line to the history.
function remember(value) {
  if (value && history.at(-1) !== value) history.push(value);
  at = history.length;
  draft = "";
}

function restore(value) {
  leaves();
  if (!input.value) input.value = value;
  complete.draw();
}

function setRaw(on) {
  raw = on ?? !raw;
  promptDrawn = "";
  if (model.state) drawPrompt();
}

function keys(event) {
  if (isCut(event)) return cutOrCopy(event);
  if (event.key === "Escape") return leave(event);
  if (event.ctrlKey && event.key === "Enter" && gathering()) return packed(event);
  if (event.ctrlKey && !event.altKey && event.code === "KeyD") return half(event);
  if (event.ctrlKey && !event.altKey && event.code === "KeyU") return put(event, "");
  if (event.altKey && event.key === "Backspace") return word(event);
  if (event.altKey && event.code === "KeyR") {
    event.preventDefault();
    return void document.querySelector("[data-repair]")?.click();
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (event.key === "Tab" && !event.shiftKey && complete.accept()) return event.preventDefault();
  if (event.key === "ArrowUp" || event.key === "ArrowDown") return recall(event, event.key === "ArrowUp" ? -1 : 1);
  return undefined;
}

// enter sends at once: the form would be sent by the fifth event after this one. It waits for the key's character, since what a
// line opens may take the focus, and must not get that.
function enter(event) {
  if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  send(input.value, true);
}

function packed(event) {
  event.preventDefault();
  const last = input.value;
  remember(last);
  empty();
  sendGathered(model.tab, last).then(drawPrompt);
}

function recall(event, by) {
  const to = Math.max(0, Math.min(history.length, at + by));
  if (to === at) return;
  if (at === history.length) draft = input.value;
  at = to;
  put(event, at === history.length ? draft : history[at]);
}

function put(event, value) {
  event.preventDefault();
  input.value = value;
  input.setSelectionRange(value.length, value.length);
  complete.draw();
}

// word deletes the word before the cursor; Ctrl-W would close the tab.
function word(event) {
  const end = input.selectionEnd;
  const kept = input.value.slice(0, end).replace(/\S+\s*$/, "");
  put(event, kept + input.value.slice(end));
  input.setSelectionRange(kept.length, kept.length);
}

const isCut = (event) => event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey && event.code === "KeyC";

// cutOrCopy leaves a selection to the browser and otherwise cuts the connection.
function cutOrCopy(event) {
  if (!getSelection().isCollapsed || input.selectionStart !== input.selectionEnd) return;
  const conn = model.conn(model.tab);
  event.preventDefault();
  if (isAlive(conn)) act("cut", { conn: conn.id });
  else if (model.atHost() && !place.real()) type("\x03");
}

function half(event) {
  const conn = model.conn(model.tab);
  event.preventDefault();
  if (!input.value && conn?.open) act("fin", { conn: conn.id });
  else if (!input.value && model.atHost() && !place.real()) type("\x04");
}

function leave(event) {
  event.preventDefault();
  if (raw) return setRaw(false);
  if (gathering()) {
    gather(false);
    return drawPrompt();
  }
  if (closeGloss()) return;
  document.activeElement.blur();
}

// paste of several lines sends each whole line and leaves the last one to be edited. In raw mode they become octets of one line.
async function paste(event) {
  const text = event.clipboardData.getData("text").replace(/\r\n?/g, "\n");
  if (!text.includes("\n")) return;
  event.preventDefault();
  if (raw) return insert(text.replaceAll("\\", "\\\\").replaceAll("\n", "\\r\\n"));
  const lines = (input.value.slice(0, input.selectionStart) + text + input.value.slice(input.selectionEnd)).split("\n");
  empty();
  for (const line of lines.slice(0, -1)) await send(line);
  leaves();
  input.value = lines.at(-1) + input.value; // with what was typed meanwhile
}

export function insert(text) {
  leaves();
  input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
  input.focus();
  complete.draw();
}

// insertWhole replaces the line, as a repair or a chosen command does.
export function insertWhole(text) {
  leaves();
  input.value = text;
  input.focus();
  input.setSelectionRange(text.length, text.length);
  complete.draw();
}

async function copyTranscript() {
  showAll();
  const text = [...byId("lines").querySelectorAll(".ln")].map((ln) => `${ln.querySelector(".who").textContent} ${ln.querySelector("samp").textContent}`.trimStart()).join("\n");
  if (await copy(`${text}\n`)) label(byId("copy"), t("page.copied"));
  setTimeout(() => label(byId("copy"), t("page.console.copy")), 2000);
}
