// The worker for what is read: it renders the Markdown of lessons, explains protocol lines, draws traces, and reads world files
// and lessons.
import "./wasm_exec.js";

const base = new URL(".", import.meta.url);
const running = start();
let said = ""; // the language whose texts are there

async function read(path) {
  const response = await fetch(new URL(path, base));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

async function start() {
  const manifest = await (await read("manifest.json")).json();
  const go = new Go();
  go.run(await program(manifest.reader, go.importObject));
}

async function program(path, imports) {
  try {
    return (await WebAssembly.instantiateStreaming(read(path), imports)).instance;
  } catch { // a server that names another type than application/wasm: the file is read whole first
    return (await WebAssembly.instantiate(await (await read(path)).arrayBuffer(), imports)).instance;
  }
}

// speak loads the texts of a language once. English stands in for what it lacks.
async function speak(lang) {
  if (lang === said) return;
  const files = lang === "en" ? ["en"] : [lang, "en"];
  const [texts, english = texts] = await Promise.all(files.map(async (name) => (await read(`locales/${name}/reader.txt`)).text()));
  globalThis.ehloTexts(lang, texts, english);
  said = lang;
}

// world reads a world file. It gives the definition, packed, or what is wrong.
async function world({ name, text }) {
  return opened(globalThis.ehloWorld(JSON.stringify({ name, text }), await personasFor(text)));
}

// incident explains what somebody brings; with replay it makes a world of it, with share a text without passwords.
function incident({ octets, protocol, mask, replay, share }) {
  if (replay) return JSON.parse(globalThis.ehloReplay(octets, protocol));
  return share ? globalThis.ehloShared(octets, protocol) : JSON.parse(globalThis.ehloRecord(octets, protocol, mask));
}

// lesson reads a lesson's files, those at a path where none are given, and draws it for the seed in its name.
async function lesson({ name, from, files }) {
  return opened(globalThis.ehloLesson(JSON.stringify({ name, files: files ?? await (await read(from)).json() })));
}

const opened = (answer) => (typeof answer === "string" ? { error: JSON.parse(answer) } : { octets: answer });

// changed changes a world file by hand, and says what is wrong with it then.
async function changed(request) {
  return JSON.parse(globalThis.ehloChange(JSON.stringify(request), await personasFor(request.text)));
}

// personasFor are the personas that a world file can name, where it names any.
async function personasFor(text) {
  return text.includes("persona") ? new Uint8Array(await (await read("personas.bin")).arrayBuffer()) : new Uint8Array();
}

async function answer({ texts, teacher, line, hear, ladder, knows, written, brought, make, record, compare, session, table, letter, change, lang }) {
  await running;
  if (hear) return JSON.parse(globalThis.ehloHear(JSON.stringify(hear)));
  if (table) return JSON.parse(globalThis.ehloTable(table));
  if (session) return JSON.parse(globalThis.ehloMade(JSON.stringify(session.of), new Uint8Array(session.chunk)));
  if (compare) return JSON.parse(globalThis.ehloCompare(JSON.stringify(compare)));
  if (texts) return texts.map(({ markdown, paragraph }) => globalThis.ehloRender(markdown, paragraph, Boolean(teacher)));
  if (knows) return JSON.parse(globalThis.ehloKnows(new Uint8Array(knows)));
  await speak(lang);
  if (change) return changed(change);
  if (letter) return JSON.parse(globalThis.ehloLetter(letter));
  if (ladder) return globalThis.ehloLadder(new Uint8Array(ladder.chunk), JSON.stringify(ladder.filter));
  if (written) return world(written);
  if (brought) return lesson(brought);
  if (make) return globalThis.ehloExport(make.form, new Uint8Array(make.chunk), make.conn, make.start);
  if (record) return incident(record);
  return JSON.parse(globalThis.ehloExplain(JSON.stringify(line)));
}

addEventListener("message", async ({ data: { id, ...asked } }) => {
  try {
    postMessage({ id, ok: await answer(asked) });
  } catch (e) {
    postMessage({ id, error: String(e.message ?? e) });
  }
});
