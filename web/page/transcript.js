// The transcript: the rows of one connection as a list. Each line can be reached with the arrow keys and explains itself
// when it is clicked or Enter is pressed.
import { byId, h, icon, rove } from "./dom.js";
import { nobody } from "./doors.js";
import { brief, visible } from "./format.js";
import { glossFor } from "./gloss.js";
import { codes, t } from "./i18n.js";
import { late } from "./late.js";
import { model } from "./model.js";
import { beginning, beginOf, below, rowsOf } from "./rows.js";
import { Runs } from "./runs.js";
import { say } from "./say.js";
import { forgetTerminals, initTerminal, terminalRows } from "./terminal.js";

const TERMINAL = 400; // rows of a terminal that are shown at least
const AT_ONCE = 100; // rows of it that leave together
const REST = 200; // ms that the pointer rests on a line until it is explained
const notes = new Map(); // the page's own notes by tab
const unfolded = new Set();
const whole = new Set(); // tabs whose earlier lines are shown, too
let list, log;
let drawn; // the rows of the tab in view, in the list
let sought = []; // words that lines have which are shown, in small letters
let shownTab = null;
let from = null; // the line with which the conversation in view begins, null where that is to be found
let stop = null; // the line that Tab reaches: the newest
let roved = null; // the line that was reached last by other keys, and is reached by Tab since
let stuck = true; // the newest line is in view and stays there
let last = 0; // the sequence number of the newest line that has been read out

export function initTranscript() {
  list = byId("lines");
  drawn = new Runs(list);
  log = byId("log");
  rove(list, ".ln[tabindex]", { vertical: true });
  list.addEventListener("click", pick);
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (!event.target.classList.contains("ln") || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    pick(event);
  });
  peeking();
  log.addEventListener("scroll", () => (stuck = log.scrollHeight - log.scrollTop - log.clientHeight < 60));
  const sizes = new ResizeObserver(toEnd);
  sizes.observe(log);
  sizes.observe(list); // its size is known when it is laid out for the frame: nothing is measured before
  model.on("change", draw);
  model.on("tab", draw);
  model.on("line", gloss);
  initTerminal(draw);
}

// peeking explains the line on which the pointer rests, and the one that an arrow key reaches, beside the transcript: nothing moves in it.
function peeking() {
  let timer = 0;
  const look = (node, wait) => {
    clearTimeout(timer);
    const seq = Number(node?.dataset.seq);
    timer = setTimeout(() => model.peek(model.linesOf(model.tab).find((line) => line.seq === seq)), wait);
  };
  list.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") look(event.target.closest(".ln[data-seq]"), REST); });
  list.addEventListener("pointerleave", () => look(null, REST));
  list.addEventListener("focusin", ({ target }) => {
    if (target.tabIndex === 0 && target.matches(".ln")) roved = target;
    if (target.matches(":focus-visible")) look(target.closest(".ln[data-seq]"), 0);
  });
  list.addEventListener("focusout", () => look(null, 0));
}

// note adds a note of the page itself to a tab: nodes or text; it is no part of the trace.
export function note(tab, content, kind = "note") {
  if (!notes.has(tab)) notes.set(tab, []);
  const own = notes.get(tab);
  const id = `${tab}.${own.length}`;
  const newest = model.events[model.state.total - 1]?.seq ?? 0; // the note stands behind it and before what comes next
  own.push({ id, at: model.state.now, order: newest + 0.5 + own.length / 1e5, kind, content });
  if (typeof content === "string") say(content);
  draw();
}

// forget drops the page's own notes, when another world begins.
export function forget() {
  notes.clear();
  forgetTerminals();
  unfolded.clear();
  whole.clear();
  shownTab = null;
}

// greeting is the first row at a host.
const greeting = () => ({ id: "greeting", kind: "note", content: codes(t("page.shell.greeting")) });

// filter shows only lines that have all words of a text, or all lines for an empty one, and says how many there are.
export function filter(text) {
  sought = text.toLowerCase().split(/\s+/).filter(Boolean);
  shownTab = null;
  draw();
  return drawn.size;
}

const everything = { has: () => true };

function found({ kind, dir, text, note }) {
  if (kind === "fold" || kind === "earlier") return false;
  const said = (kind === "line" ? `${dir}: ${text}` : kind === "own" ? [note.content].flat().map((part) => part.textContent ?? part).join("") : text).toLowerCase();
  return sought.every((word) => said.includes(word));
}

export function draw() {
  if (model.mailHost()) return; // another view has the place
  const tab = model.tab;
  const anew = tab !== shownTab;
  const looking = sought.length > 0;
  const all = model.atHost()
    ? newest([greeting(), ...[...terminalRows(tab), ...(notes.get(tab) ?? [])].sort((a, b) => a.order - b.order)].map((n) => ({ key: `p${n.id}`, kind: "own", note: n, time: "" })),
      looking || whole.has(tab))
    : rowsOf(tab, notes.get(tab) ?? [], looking ? everything : unfolded, begin(tab, anew, looking || whole.has(tab)));
  const rows = looking ? all.filter(found) : all;
  if (anew) {
    drawn.clear();
    shownTab = tab;
  }
  const changed = drawn.show(rows, make);
  if (changed) restop();
  else if (!anew) return;
  follows(tab, anew);
  gloss();
  if (!anew) return;
  stuck = true;
  requestAnimationFrame(toEnd); // to scroll now would lay the page out before the rest of it is drawn
}

// toEnd follows the newest row.
const toEnd = () => { if (stuck) log.scrollTop = log.scrollHeight; };

// begin is the line with which a conversation begins. Where it gets too long, its first rows leave behind the frame that shows
// what came: then all others move.
function begin(tab, anew, all) {
  const newest = all ? 0 : beginning(tab);
  if (anew || from === null || newest < from || newest - from > AT_ONCE) from = newest;
  else if (newest > from) shorten();
  return from;
}

const shorten = late(() => {
  from = null;
  draw();
});

// restop makes the newest line the one that Tab reaches.
function restop() {
  let row = drawn.last;
  while (row && !row.firstElementChild.hasAttribute("tabindex")) row = drawn.before(row);
  const last = row?.firstElementChild ?? null;
  if (last === stop) return;
  for (const old of [stop, roved]) if (old) old.tabIndex = -1;
  stop = last;
  if (stop) stop.tabIndex = 0;
}

// item makes a row of the list.
const item = (line) => h("div", { role: "listitem" }, line);

function make(row) {
  if (row.kind === "fold") return foldNode(row);
  if (row.kind === "earlier") return earlierNode(row);
  const at = h("span.at", null, row.time);
  if (row.kind === "note") return item(h("div.ln.ln--note", null, at, h("span.who"), h("samp", null, h(row.bad ? "span.cut" : "span", null, row.text), row.event.kind === "refused" ? nobody(row.event.target, row.event.num) : null)));
  if (row.kind === "own") return item(h(`div.ln.ln--${row.note.kind}`, null, at, h("span.who", null, row.note.kind === "shell" ? "$" : ""), h("samp", null, row.note.content)));
  const { line } = row;
  const verdict = { permanent: ".ln--5", transient: ".ln--4" }[line.class] ?? "";
  return item(h(`div.ln.ln--${row.dir.toLowerCase()}${verdict}`, { role: "button", tabindex: -1, "aria-expanded": "false", data: { seq: line.seq } },
    at, h("span.who", null, `${row.dir}:`), h("samp", null, parts(row), row.eol ? h("span.eol", { title: t("page.eol", { eol: row.eol }) }, row.eol) : null)));
}

// parts marks the verb of a command and the verdict of a reply.
export function parts({ text, dir, line }) {
  const shown = visible(brief(text));
  const m = line.class === "content" ? null : (dir === "C" ? verbOf(line) : verdictOf(line)).exec(shown);
  if (!m) return [shown];
  const [, lead = "", mark] = m;
  return [lead, h(dir === "C" ? "span.verb" : "span.rc", null, mark), shown.slice(lead.length + mark.length)];
}

const verbOf = ({ verb }) => (verb ? new RegExp(`^(\\S+ (?:UID )?)??(${verb.replace(/\W/g, "\\$&")}(?: (?:FROM|TO):)?)`, "i") : /^()(\S+)/);
const verdictOf = ({ conn }) => (model.conn(conn)?.protocol === "imap" ? /^(\S+ )?(OK|NO|BAD|BYE|PREAUTH|[*+])(?= |$)/ : /^()(\d{3}|\+OK|-ERR)/);

function foldNode(row) {
  return item(h("button.ln.ln--fold", {
    type: "button", "aria-expanded": String(row.open), tabindex: -1,
    onclick: () => {
      if (row.open) unfolded.delete(row.first);
      else unfolded.add(row.first);
      draw();
    },
  }, h("span.at"), h("span.who", null, icon(row.open ? "down" : "right", true)), h("samp", null, t("page.fold", { n: row.count, words: row.words.join(", ") }))));
}

function earlierNode({ count }) {
  return item(h("button.ln.ln--fold", { type: "button", tabindex: -1, onclick: showAll },
    h("span.at"), h("span.who", null, icon("right", true)), h("samp", null, t("page.earlier", { n: count }))));
}

// newest leaves the last rows of a long terminal, below one that says how many came before, unless all are asked for.
function newest(rows, all) {
  const begin = all ? 0 : beginOf(rows.length, TERMINAL, AT_ONCE);
  return below(begin, rows.slice(begin));
}

// showAll shows the whole of a long conversation, or of a long terminal.
export function showAll() {
  if (whole.has(model.tab)) return;
  whole.add(model.tab);
  draw();
}

function pick(event) {
  const node = event.target.closest(".ln[data-seq]");
  if (!node || !getSelection().isCollapsed) return;
  const seq = Number(node.dataset.seq);
  if (model.line?.seq === seq && !model.line.auto) return model.explain(null);
  model.explain(model.linesOf(model.tab).find((line) => line.seq === seq));
}

// follows reads out what the server said and lets the inspector follow the newest line, unless a person chose one.
function follows(tab, anew) {
  if (model.atHost()) return;
  const lines = model.linesOf(tab);
  const unread = lines.slice(lines.findLastIndex((line) => line.seq <= last) + 1).filter((line) => model.shown(line));
  const fresh = unread.filter((line) => line.dir === (model.served(tab) ? "C" : "S"));
  last = Math.max(last, unread.at(-1)?.seq ?? 0);
  if (!anew) for (const line of fresh) if (line.class !== "untagged" || fresh.length < 5) say((line.data ?? "").trim());
  if (model.line && !model.line.auto) return;
  model.explain(lines.findLast((line) => line.class !== "content" && line.class !== "untagged" && model.shown(line)) ?? null, true);
}

// drawGloss puts the explanation under its line and marks the line.
const gloss = late(drawGloss);

// explainedHere is the line in focus, where it is one of the tab in view.
const explainedHere = () => (model.line?.conn === model.tab ? model.line : null);

async function drawGloss() {
  for (const node of list.querySelectorAll('.ln[aria-expanded="true"][data-seq]')) node.setAttribute("aria-expanded", "false");
  const line = explainedHere();
  const node = line && await glossFor(line);
  if (line !== explainedHere()) return; // another drawing was asked for since, and may be done already
  list.querySelector(".gloss")?.remove();
  if (!node) return;
  const row = list.querySelector(`.ln[data-seq="${line.seq}"]`);
  if (!row) return;
  row.setAttribute("aria-expanded", "true");
  row.after(node);
  if (!stuck) node.scrollIntoView({ block: "nearest" });
}
