// Explanations of lines, asked for once for each line: the core knows the line, the reader takes it apart.
import { driver } from "./driver.js";
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

// pieces pairs each span of a line with its text.
export function pieces({ text, spans = [] }) {
  return spans.map((span) => ({ ...span, text: text.slice(span.start, span.end) })).filter((p) => p.text.trim());
}

export const refused = (e) => e?.class === "permanent" || e?.class === "transient";

