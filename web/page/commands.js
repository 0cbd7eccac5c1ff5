// The tutor's own commands, which begin with a slash because HELP and RSET belong to SMTP.
import { act } from "./act.js";
import { insertWhole, packet } from "./console.js";
import { bringBackAfter } from "./session.js";
import { plain } from "./dom.js";
import { base64, unescape } from "./format.js";
import { codes, t } from "./i18n.js";
import { model } from "./model.js";
import { settings } from "./settings.js";
import { reveal, showHint, showSolution } from "./lesson.js";
import { note } from "./transcript.js";
import { place } from "./place.js";
import { reopen } from "./gloss.js";

export const isCommand = (line) => line.startsWith("/") && !line.startsWith("//");

// utf8 is a text with each of its octets as a character, as the raw mode takes them.
const utf8 = (text) => String.fromCharCode(...new TextEncoder().encode(text));

const say = (id, args) => note(model.tab, codes(t(id, args)));

// obey carries out one command; setRaw turns the raw mode of the console on or off.
export async function obey(line, setRaw) {
  const [, first, rest] = /^\/\s*(\S*) ?(.*)$/s.exec(line);
  const name = first.toLowerCase();
  const known = { ...COMMANDS, ...(place.real() ? place.bridge.commands : {}) };
  const run = known[name];
  if (!run) return say("page.command.unknown", { name: line.trim(), list: Object.keys(known).map((c) => `/${c}`).join(" ") });
  return run(setRaw, rest);
}

const COMMANDS = {
  hint: () => (model.lesson ? showHint((text) => note(model.tab, codes(text))) : say("page.command.no-lesson")),
  goal: () => {
    const task = model.lesson?.tasks.find((x) => !x.done);
    if (!model.lesson) return say("page.command.no-lesson");
    return task ? note(model.tab, codes(plain(task.html))) : say("page.command.all-done");
  },
  solution: () => (model.lesson ? showSolution() : say("page.command.no-lesson")),
  undo: undo,
  reset: reset,
  why: () => {
    const line = model.linesOf(model.tab).findLast((l) => model.shown(l) && (l.class === "permanent" || l.class === "transient"));
    return line ? focus(line) : say("page.command.no-refusal");
  },
  explain: () => {
    const line = model.linesOf(model.tab).findLast((l) => model.shown(l) && l.class !== "content");
    return line ? focus(line) : say("page.command.no-line");
  },
  raw: (setRaw) => setRaw(),
  packet: () => packet(),
  // base64 writes a text into the line as AUTH and AUTHENTICATE want it; \0 stands for NUL.
  base64: (_, text) => (text ? insertWhole(base64(Uint8Array.from(unescape(utf8(text)), (c) => c.charCodeAt(0)))) : say("page.command.base64")),
  predict: () => {
    settings.set("predict", !settings.predict);
    say(settings.predict ? "page.command.predict" : "page.command.predict-off");
  },
};

export async function undo() {
  await act("undo");
}

export async function reset() {
  await bringBackAfter(() => act("reset"), "page.reset.done");
}

function focus(line) {
  reopen(line.seq);
  model.explain(null);
  model.explain(line);
  reveal("explain");
}
