// Explanations of lines, asked from the core once for each line.
import { driver } from "./driver.js";
import { model } from "./model.js";

let known = new Map();
let epoch;

// explanation returns what the core says of a line, or null where it says nothing.
export async function explanation(seq) {
  if (epoch !== model.state.epoch) {
    known = new Map();
    epoch = model.state.epoch;
  }
  if (!known.has(seq)) known.set(seq, driver.call("explain", { seq }).catch(() => null));
  return known.get(seq);
}

// pieces pairs each span of a line with its text.
export function pieces({ text, spans = [] }) {
  return spans.map((span) => ({ ...span, text: text.slice(span.start, span.end) })).filter((p) => p.text.trim());
}

export const refused = (e) => e?.class === "permanent" || e?.class === "transient";

