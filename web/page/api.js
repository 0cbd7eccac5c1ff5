// window.ehlo: the interface through which tests, teachers and the page's own modules drive a world (docs/api.md).
import { driver } from "./driver.js";
import { Emitter } from "./emitter.js";
import { explain } from "./explain.js";
import { base64 } from "./format.js";
import { rendered } from "./reading.js";
import { knows, ladder } from "./traced.js";

let resolveReady;
const events = new Emitter();

const call = (method, args) => driver.call(method, args);

export const api = {
  // ready resolves with the core's greeting when the world answers.
  ready: new Promise((resolve) => (resolveReady = resolve)),
  call,
  on: (event, fn) => events.on(event, fn),

  open: (host, target, port, { tls = false, from = 0 } = {}) => call("open", { host, target, port, tls, from }).then((r) => r.conn),
  // type sends text as it is; bytes may be a Uint8Array. line adds CR LF.
  type: (conn, text) => call("type", typeof text === "string" ? { conn, text } : { conn, b64: base64(text) }),
  line: (conn, text) => call("type", { conn, text: `${text}\r\n` }),
  fin: (conn) => call("fin", { conn }),
  cut: (conn) => call("cut", { conn }),
  fault: (host, kind, args = "") => call("fault", { host, kind, args }),
  repair: (host, kind, args = "") => call("repair", { host, kind, args }),
  // shell types at a terminal of a host; terminal gives what it shows.
  shell: (text, where = {}) => call("shell", { ...where, text }),
  terminal: (where = {}) => call("terminal", where),
  // mail clicks in the mail program of a host; mailView gives what it shows.
  mail: (click, where = {}) => call("mail", { ...where, click }),
  mailView: (where = {}) => call("mailView", where),
  faults: () => call("faults"),

  play: () => call("play"),
  pause: () => call("pause"),
  pace: (name) => call("pace", { name }),
  step: () => call("step"),
  back: () => call("back"),
  seek: (t) => call("seek", typeof t === "object" ? t : { t }),
  advance: (ms) => call("advance", typeof ms === "object" ? ms : { ms }),
  run: (until = "quiet") => call("run", { until }),
  undo: () => call("undo"),
  reset: () => call("reset"),
  fork: () => call("fork"),

  state: () => call("state"),
  trace: (from = 0, to = Number.MAX_SAFE_INTEGER) => call("events", { from, to }),
  transcript: (conn) => call("transcript", { conn }),
  explain,
  mailboxes: () => call("mailboxes"),
  views: () => call("views"),
  message: (address, mailbox, uid) => call("message", { address, mailbox, uid }),
  file: (address) => call("file", { address }),
  queue: () => call("queue"),
  files: (host, path) => call("files", { host, path }),
  knows,
  ladder,
  states: (conn) => call("states", { conn }),
  lesson: async () => {
    const lesson = await call("lesson");
    return lesson?.id ? rendered(lesson) : null;
  },
  progress: () => call("progress"),
  exportLog: () => call("export").then((r) => r.log),
};

// extend adds what other modules know how to do: load, importLog, link.
export const extend = (more) => Object.assign(api, more);

// ready announces that the world answers; emit passes an event to listeners.
export const ready = (hello) => resolveReady(hello);
export const emit = (name, value) => events.emit(name, value);

window.ehlo = api;
