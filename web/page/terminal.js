// The terminal of a host: what its shell and tools have written by the moment in view, as the core reads it from the trace.
import { driver } from "./driver.js";
import { codes } from "./i18n.js";
import { model } from "./model.js";
import { say } from "./say.js";

const views = new Map(); // by host: {view, total, epoch}
const waiting = new Set(); // hosts whose view is on its way
let draw = () => {};

// initTerminal keeps the terminal in view up to date; redraw is called when there is more to show.
export function initTerminal(redraw) {
  draw = redraw;
  model.on("change", refresh);
  model.on("tab", refresh);
}

// terminal is what is known of a host's terminal, or undefined.
export const terminal = (host) => views.get(host)?.view;

// forgetTerminals drops all, when another world begins.
export const forgetTerminals = () => views.clear();

const touches = (event, host) => event.actor === host && (event.kind === "terminal" || event.kind === "exit");

// refresh asks for the terminal where something may have changed there.
async function refresh() {
  const host = model.tab;
  if (!model.atHost() || !host || waiting.has(host) || !model.state) return;
  const { total, epoch } = model.state;
  const known = views.get(host);
  if (known?.epoch === epoch && known.total === total) return;
  if (known?.epoch === epoch && known.total < total && !model.events.slice(known.total, total).some((e) => touches(e, host))) {
    known.total = total;
    return;
  }
  waiting.add(host);
  const view = await driver.call("terminal", { host }).catch(() => null);
  waiting.delete(host);
  if (!view) return;
  views.set(host, { view, total, epoch });
  if (known?.epoch === epoch && known.total < total) speak(view, known.view.parts.at(-1)?.seq ?? 0);
  draw();
  refresh();
}

// speak reads out what tools have written since an event.
function speak(view, since) {
  const text = view.parts.filter((p) => p.seq > since && p.tool).map((p) => p.text).join("").trim();
  if (text) say(text);
}

// terminalRows are a terminal's lines as notes of the transcript. The prompt at the end is the console's own.
export function terminalRows(host) {
  const view = terminal(host);
  if (!view) return [];
  const rows = [];
  let line = null;
  const put = (part, text, i) => (line ??= { id: `t${part.seq}.${i}`, order: part.seq, kind: "term", content: "" }).content += text;
  const close = () => {
    if (line) rows.push(line);
    line = null;
  };
  for (const part of view.parts) {
    if (part.kind !== "text") {
      close();
      rows.push({ id: `t${part.seq}`, order: part.seq, kind: part.kind === "why" ? "note" : "term", content: part.kind === "why" ? codes(part.text) : part.text });
      continue;
    }
    part.text.split("\n").forEach((text, i, all) => {
      const last = i === all.length - 1;
      if (text || !last) put(part, text, i);
      if (!last) close();
    });
  }
  if (line && (view.running || line.content !== view.prompt)) rows.push(line);
  // A row whose text has grown is another one: its key says how long it is.
  return rows.map((row) => ({ ...row, id: typeof row.content === "string" ? `${row.id}:${row.content.length}` : row.id }));
}
