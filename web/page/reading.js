// What is read: lessons as HTML, lines explained, traces drawn, world files and lessons that somebody brings. All are made in a worker of their own, which starts with the
// first of them; when one of them kills it, that one fails, the world does not notice, and another worker is asked for the rest.
import { h } from "./dom.js";
import { codes } from "./i18n.js";

const waiting = new Map(); // what was asked for and is not answered, by number
let reader = null;
let count = 0;

function ask(what) {
  reader ??= begin();
  return new Promise((resolve, reject) => {
    waiting.set(++count, { what, resolve, reject });
    reader.postMessage({ id: count, ...what });
  });
}

// startReader starts it before the first line is explained, unless the browser is asked to save data.
export const startReader = () => { if (!navigator.connection?.saveData) reader ??= begin(); };

// explained resolves with what a line of the core consists of, in the words of a language.
export const explained = (line, lang) => ask({ line, lang });

// world resolves with the definition of a world file, packed for the core, or with what is wrong in it: { octets } or { error }.
export const world = (written, lang) => ask({ written, lang });

// lesson resolves likewise with a lesson, of its files or of those at a path: { name, from, files }.
export const lesson = (brought, lang) => ask({ brought, lang });

// changed resolves with a world file after a change by hand (lessons/written): { name, text, edit }.
export const changed = (change, lang) => ask({ change, lang });

// takenApart resolves with the MIME tree of a message, given as octets (lessons/letter).
export const takenApart = (letter, lang) => ask({ letter, lang });

// drawn resolves with the sequence diagram of a chunk of events, as SVG, with a filter of lessons/traced; known with what each host could read of it.
export const drawn = (chunk, filter, lang) => ask({ ladder: { chunk, filter }, lang });
export const known = (chunk) => ask({ knows: chunk });

// overheard resolves with what an ear makes of octets that passed between the page and a real server (lessons/overhear).
export const overheard = (hear) => ask({ hear });

// exported resolves with the octets of a file: what happened in one of the forms of sim/trace/export.
export const exported = (make, lang) => ask({ make, lang });

// recorded resolves with what octets are that somebody brings from elsewhere, line by line: { octets, protocol, mask }. With replay it
// resolves with a world and a script, with share with the octets of a text whose passwords are masked (lessons/explain).
export const recorded = (record, lang) => ask({ record, lang });

// compared resolves with how two outcomes differ (lessons/compare): { a, b } of the core's call "outcome".
export const compared = (compare) => ask({ compare });

// tableOf resolves with a protocol's transition table, { states, rules }.
export const tableOf = (table) => ask({ table });

// lessonOf resolves with the files of a lesson that is made of a session, by name, none where nothing has come of it (lessons/recorded).
export const lessonOf = (of, chunk) => ask({ session: { of, chunk } });

function begin() {
  const worker = new Worker(new URL("reader.js", import.meta.url), { type: "module", name: "reader" });
  const die = (...how) => { if (worker === reader) end(...how); };
  worker.onmessage = ({ data: { id, ok, error } }) => {
    if (error !== undefined) return die(error, [id]);
    waiting.get(id)?.resolve(ok);
    waiting.delete(id);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    die(event.message || "reader.js", [...waiting.keys()]);
  };
  return worker;
}

// end ends a reader that something was too much for: that fails, the rest is asked of another.
function end(why, failed) {
  reader.terminate();
  reader = null;
  for (const id of failed) {
    waiting.get(id)?.reject(new Error(why));
    waiting.delete(id);
  }
  if (waiting.size) reader = begin();
  for (const [id, { what }] of waiting) reader.postMessage({ id, ...what });
}

// rendered resolves with a lesson of the core whose texts are HTML, for a teacher with the notes that learners do not see. It refuses when the reader died.
export async function rendered(lesson, teacher) {
  const all = [];
  each(lesson, (markdown, paragraph) => all.push({ markdown, paragraph }));
  const html = await ask({ texts: all, teacher });
  return each(lesson, () => html.shift());
}

// unrendered is a lesson whose texts are as their author wrote them, but for code. A note says why, where it stays so.
export function unrendered(lesson, note) {
  const html = (...nodes) => h("div", null, ...nodes).innerHTML;
  const said = note ? h("p", null, note) : null;
  const page = each(lesson, (markdown) => html(codes(markdown)));
  return { ...page, html: html(said, h("pre.source", null, lesson.text)) };
}

// each makes HTML of a lesson's texts, in their order.
function each({ text, tasks, ...rest }, html) {
  return { ...rest, html: html(text, false), tasks: tasks.map(({ text, hints, predict, ...task }) => ({
    ...task, html: html(text, true), hints: hints.map((hint) => html(hint, false)),
    predict: predict && { ...predict, question: html(predict.question, true), choices: predict.choices.map((choice) => html(choice, true)), why: html(predict.why, true) },
  })) };
}
