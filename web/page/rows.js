// Rows: what a transcript shows of one connection, as plain data. Lines stand in the order in which the client's end
// sees them, with the events of the connection and the page's own notes between them; long replies fold.
import { t } from "./i18n.js";
import { clock, text } from "./format.js";
import { model } from "./model.js";
import { place } from "./place.js";

const NOTES = new Set(["open", "established", "refused", "unreachable", "closed", "cut"]);
const FOLD = 7; // a reply with more lines than this folds
const NEWEST = 60; // lines of a long conversation that are shown at least
const AT_ONCE = 30; // lines that leave together, so that rows do not go with each that comes
const LEAVE = 2; // lines of it that stay before the fold
const kept = new WeakMap(); // the rows of lines that have been shown

// beginning is the line with which the rows of a connection begin: those of a long conversation are its newest lines.
export const beginning = (conn) => beginOf(endOf(model.linesOf(conn), model.timesOf(conn)), NEWEST, AT_ONCE);

// endOf is how many lines there are up to the last one that can be seen.
const endOf = (lines, seen) => lines.findLastIndex((line) => seen(line) <= model.state.now) + 1;

// rowsOf returns the rows of a connection that are visible now; notes are the page's own, {at, node}; unfolded holds
// the first lines of folds that are open. They begin at a line of the conversation, below a row that says how many came
// before.
export function rowsOf(conn, notes, unfolded, begin) {
  const { now } = model.state;
  const lines = model.linesOf(conn);
  const seen = model.timesOf(conn);
  const end = endOf(lines, seen);
  const first = begin ? lines[begin].seq : 0;
  const rows = [];
  for (let i = begin; i < end; i++) {
    const at = seen(lines[i]);
    if (at > now) continue;
    if (lines[i].class === "content") rows.push(...contentRows(lines[i], at));
    else rows.push(lineRow(lines[i], at));
  }
  const happened = model.happened(conn);
  for (let i = happened.length - 1; i >= 0 && happened[i].seq >= first; i--) {
    const event = happened[i];
    const own = event.kind === "input" && event.label === "fin";
    const here = NOTES.has(event.kind) || event.kind === "tls" && place.real();
    if ((own || here) && event.at <= now) rows.push(noteRow(event));
  }
  for (const note of notes) if (note.order >= first) rows.push({ key: `p${note.id}`, kind: "own", at: note.at, order: note.order, note });
  // At one moment the connection stands before anything is heard on it.
  rows.sort((a, b) => a.at - b.at || (b.kind === "note") - (a.kind === "note") || a.order - b.order);
  const shown = stamp(fold(rows, unfolded));
  return below(begin, shown);
}

// beginOf is where the newest of so many rows begin that are shown: at least so many, of which some leave together.
export const beginOf = (count, least, atOnce) => Math.max(0, Math.floor((count - least) / atOnce) * atOnce);

// below puts rows below one that says how many came before.
export const below = (begin, rows) => (begin ? [{ key: `earlier/${begin}`, kind: "earlier", count: begin }, ...rows] : rows);

// lineRow is the row of a line, made once.
function lineRow(line, at) {
  const old = kept.get(line);
  if (old?.at === at) return old;
  const row = { kind: "line", at, order: line.seq, line, dir: line.dir, key: `l${line.seq}`, ...split(text(line)) };
  kept.set(line, row);
  return row;
}

// A line of content may hold many lines of a message.
const contentRows = (line, at) => text(line).split(/(?<=\n)/).map((part, i) => (
  { kind: "line", at, order: line.seq + i / 1e6, line, dir: line.dir, key: `l${line.seq}.${i}`, ...split(part) }));

// split separates a line from its end.
function split(line) {
  const [, body, end] = /^([^]*?)(\r\n|\n|\r|)$/.exec(line);
  return { text: body, eol: { "\r\n": "", "\n": "LF", "\r": "CR", "": "…" }[end] };
}

function noteRow(event) {
  const conn = model.conn(event.conn);
  const args = { host: conn?.to ?? event.target, port: conn?.port ?? event.num, address: address(conn?.to, event.verb === "IPv6") };
  const name = event.kind === "input" ? "fin" : event.kind;
  const said = place.real() && place.bridge.said(event);
  return { key: `e${event.seq}`, kind: "note", at: event.at, order: event.seq, text: said || t(`page.note.${name}`, args), event, bad: event.kind === "cut" || event.kind === "refused" || event.class === "permanent" };
}

const address = (host, ipv6) => {
  const known = model.state.world.hosts.find((h) => h.name === host);
  return known?.[ipv6 ? "ipv6" : "address"] ?? "";
};

const foldable = (row) => row.kind === "line" && (row.line.class === "untagged" || row.line.class === "content");

function fold(rows, unfolded) {
  const out = [];
  for (let i = 0; i < rows.length; ) {
    let end = i;
    while (end < rows.length && foldable(rows[end]) && rows[end].dir === rows[i].dir) end++;
    const run = rows.slice(i, end);
    if (run.length <= FOLD) {
      out.push(...(run.length ? run : [rows[i]]));
    } else {
      const hidden = run.slice(LEAVE, -1);
      const open = unfolded.has(run[0].key);
      const words = hidden.slice(0, 5).map((r) => r.text.replace(/^\d{3}[ -]/, "").split(" ")[0]).filter(Boolean);
      out.push(...run.slice(0, LEAVE), { key: `f${run[0].key}/${run.length}/${open}`, kind: "fold", at: run[0].at, order: run[LEAVE].order, first: run[0].key, open, count: hidden.length, words });
      if (open) out.push(...hidden);
      out.push(run.at(-1));
    }
    i = Math.max(end, i + 1);
  }
  return out;
}

// stamp gives each row its time where that differs from the row before it.
function stamp(rows) {
  let before = "";
  let at = -1;
  let time = "";
  for (const row of rows) {
    if (row.at !== at) time = clock(at = row.at);
    row.time = time === before || row.kind === "fold" ? "" : time;
    if (row.kind !== "fold") before = time;
  }
  return rows;
}
