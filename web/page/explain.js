// Explanations of lines, asked for once for each line: the core knows the line, the reader takes it apart.
import { driver } from "./driver.js";
import { brief, visible } from "./format.js";
import { model } from "./model.js";
import { explained } from "./reading.js";

let known = new Map();
let epoch;

// explanation returns what the core says of a line, or null where it says nothing.
export async function explanation(seq) {
  if (epoch !== model.state.epoch) {
    known = new Map();
    epoch = model.state.epoch;
  }
  if (!known.has(seq)) known.set(seq, ask(seq).catch(() => null));
  return known.get(seq);
}

// statesOf returns a session's states and rules, asked once for each state it comes to.
let session = { key: "", answer: null };

export function statesOf(conn) {
  const key = [conn, model.conn(conn)?.state, model.state.epoch].join();
  if (key !== session.key) session = { key, answer: driver.call("states", { conn }).catch(() => null) };
  return session.answer;
}

// explain takes a recorded event apart.
export async function explain(seq) {
  const { line, view } = await driver.call("line", { seq });
  return line ? explained(line, model.hello?.lang ?? "en") : view;
}

// A refusal is explained by the command it answers: there is the exact place, and the repair.
async function ask(seq) {
  const e = await explain(seq);
  if (e.dir !== "S" || !refused(e)) return e;
  const { conn } = model.events.find((event) => event.seq === seq);
  const command = model.linesOf(conn).findLast((line) => line.seq < seq && line.dir === "C" && line.class === "command");
  const c = command && await explain(command.seq);
  return c?.why.length ? { ...e, why: c.why, repair: c.repair || e.repair } : e;
}

// pieces pairs each span of a line with its text. In lists the same comes again and again: what it means is said once.
export function pieces({ text, spans = [] }) {
  const told = new Set();
  const once = (span) => (span.depth && told.size === told.add(span.name).size ? { ...span, meaning: "" } : span);
  return spans.map((span) => ({ ...once(span), text: visible(brief(text.slice(span.start, span.end))) })).filter((p) => p.text.trim());
}

// nested says how deep a part lies in lists, for its place on the page; null for one that lies in none.
export const nested = ({ depth = 0 }) => (depth ? { data: { depth: Math.min(depth, 6) } } : null);

export const refused = (e) => e?.class === "permanent" || e?.class === "transient";

