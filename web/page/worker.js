// The worker that runs the core. It answers calls in their order, fetches the files the core asks for, moves virtual
// time while the world plays, and tells the page what changed. Nothing runs here while nothing moves.
import "./wasm_exec.js";

const TICK = 16; // ms of wall time between two moves of a playing world
const BATCH = 4000; // events in one message to the page
const QUICK = 50; // ms that tidying up may take
const base = new URL(".", import.meta.url);
const asked = new URLSearchParams(self.name); // boot.js: the language, where the program is, perhaps its size

// Methods that only read: after any other, the page is told the new state.
const READS = new Set(["hello", "state", "events", "transcript", "line", "mailboxes", "views", "message", "file", "queue",
  "states", "lesson", "terminal", "mailView", "mailPart", "complete", "progress", "setProgress", "export", "share", "outcome", "chunk"]);

const said = []; // the last lines the core wrote, for the report of a fault
for (const name of ["log", "error"]) {
  const write = console[name].bind(console);
  console[name] = (...args) => {
    said.push(args.join(" "));
    if (said.length > 60) said.shift();
    write(...args);
  };
}

// The files that the core always asks for come in one, which is fetched while its program still loads. Where that fails,
// it asks for each.
const ahead = read(`start/${asked.get("lang")}.txt`).catch(() => new Uint8Array());

let known = { epoch: undefined, events: 0 }; // what the page has been told
let timer = 0;
let last = 0;

async function start() {
  const go = new Go();
  const instance = await program(go.importObject);
  go.run(instance).then(() => postMessage({ dead: said.join("\n") }), (e) => postMessage({ dead: `${e}\n${said.join("\n")}` }));
  globalThis.ehloBegin(asked.get("lang"), await ahead);
}

async function program(imports) {
  const url = asked.get("program");
  try {
    return (await WebAssembly.instantiateStreaming(fetch(url).then(counted), imports)).instance;
  } catch { // a server that names another type than application/wasm: the file is read whole first
    return (await WebAssembly.instantiate(await read(url), imports)).instance;
  }
}

// counted passes a program on, and tells the page which part of it is there where that was asked for.
function counted(response) {
  const all = Number(asked.get("octets"));
  if (!all || !response.ok) return response;
  let [there, told] = [0, 0];
  const count = new TransformStream({
    transform(chunk, out) {
      there += chunk.length;
      if (there >= told + all / 20) postMessage({ progress: (told = there) / all });
      out.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count), { headers: { "Content-Type": response.headers.get("Content-Type") ?? "" } });
}

async function get(path) {
  const response = await fetch(new URL(path, base));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

async function read(path) {
  return new Uint8Array(await (await get(path)).arrayBuffer());
}

// ask calls the core, once more after each set of files it needs, and after each world file or lesson that the page's reader reads for it.
async function ask(method, args) {
  for (;;) {
    const result = JSON.parse(globalThis.ehloCall(method, JSON.stringify(args)));
    if (result.read) {
      const { octets, error } = await readByPage(result.read);
      if (error && !(result.read.lesson && args.log)) return { error };
      globalThis.ehloFile(result.read.path, octets ?? new Uint8Array()); // work is worth opening without its lesson
      continue;
    }
    if (!result.need) return result;
    await Promise.all(result.need.map(async (path) => globalThis.ehloFile(path, await read(path))));
  }
}

function readByPage(written) {
  const { port1, port2 } = new MessageChannel();
  postMessage({ read: written, port: port2 }, [port2]);
  return new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
}

// tell sends the page the state with the events it does not know yet, as objects for the panes and packed for the stage,
// and with the last of them the answer to a call.
async function tell(state, reply) {
  state ??= (await ask("state", {})).ok;
  if (!state) return void (reply && postMessage(reply));
  const keep = state.epoch === known.epoch ? known.events : Math.min(known.events, state.valid ?? 0);
  known = { epoch: state.epoch, events: keep };
  do {
    const to = Math.min(known.events + BATCH, state.horizon);
    let events = [];
    let chunk = null;
    if (to > known.events) {
      events = (await ask("events", { from: known.events, to })).ok ?? [];
      chunk = globalThis.ehloChunk?.(known.events, to);
    }
    const update = { state, keep: known.events, events, chunk: chunk?.buffer ?? null };
    known.events = to;
    postMessage(to < state.horizon ? { update } : { update, ...reply }, update.chunk ? [update.chunk] : []);
  } while (known.events < state.horizon);
  pace(state.playing && !state.quiet);
}

function pace(moving) {
  if (!moving) {
    clearInterval(timer);
    timer = 0;
  } else if (!timer) {
    last = performance.now();
    timer = setInterval(() => enqueue(tick), TICK);
  }
}

async function tick() {
  if (!timer) return;
  const now = performance.now();
  const ms = Math.min(now - last, 250); // a tab that slept does not leap
  last = now;
  await tell((await ask("tick", { ms })).ok);
}

async function answer({ id, method, args, all }) {
  try {
    if (all) return await answerAll(id, all);
    if (method === "chunk") return packed(id, args);
    const result = await ask(method, args);
    if (result.error) return postMessage({ id, error: result.error });
    if (method === "progress" && tidying) setTimeout(enqueue, 0, tidy);
    if (READS.has(method)) return postMessage({ id, ok: result.ok });
    await tell(result.ok?.now === undefined ? undefined : result.ok, { id, ok: result.ok });
  } catch (e) {
    postMessage({ id, error: { id: "page.dead", text: String(e.message ?? e), detail: said.join("\n") } });
  }
}

// answerAll makes several calls, one after the other, and tells the page what has come of them in the end.
async function answerAll(id, calls) {
  for (const [method, args] of calls) {
    const { error } = await ask(method, args);
    if (error) return postMessage({ id, error });
  }
  return tell(undefined, { id, ok: {} });
}

// tidy lets the core collect its garbage, where there is much, when the page has kept the work, since nobody waits then;
// otherwise it would do so in the middle of a reply. Where a world is so large that this takes long, the core does it by and by.
let tidying = true;

function tidy() {
  const begin = performance.now();
  globalThis.ehloTidy();
  tidying = performance.now() - begin < QUICK;
}

function packed(id, { from, to }) {
  const { buffer } = globalThis.ehloChunk(from, to);
  postMessage({ id, ok: buffer }, [buffer]);
}

// Calls and ticks run one after the other, since the core may have to wait for files in between.
let queue = start();
const enqueue = (job) => (queue = queue.then(job).catch((e) => postMessage({ dead: `${e.message ?? e}\n${said.join("\n")}` })));
enqueue(() => {}); // where the start fails, the page hears of it
addEventListener("message", ({ data }) => enqueue(() => answer(data)));
