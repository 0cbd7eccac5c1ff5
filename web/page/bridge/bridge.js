// Real servers: sessions through the bridge of the server that this page came from (docs/bridge.md). What passes is read
// along with by the reader (lessons/overhear) and shown by the core as a tape beside the world: sandbox and real servers
// never share a tab. This module loads when the page has an invitation to a bridge.
import { compareWith } from "./compare.js";
import { ask } from "./connect.js";
import { chain, openLine, ticket } from "./line.js";
import { draftOf, saveSession } from "./record.js";
import { risky, sure } from "./safe.js";

const FIRST = 1_000_000; // numbers of connections that no world has
const MOST = { octets: 4 << 20, events: 20_000 }; // of one session that can be shown
const KEPT = { sessions: 8, octets: 4 << 20, tabs: 3 }; // sessions that are over and stay; of all that is kept; places besides this one
const OVER = 3; // of them, those that have a tab
const DELAY = 400; // ms until what happened is kept

// open says whether the learner can still say something in a session.
const open = (session) => session && !session.over && !session.end && !session.finished;

// begin gets the bridge ready; page is what it needs of the page's modules.
export async function begin(page, invited) {
  const css = page.h("link", { rel: "stylesheet", href: new URL("real.css", import.meta.url).href });
  await Promise.all([page.moreTexts("bridge"), new Promise((done) => {
    css.onload = css.onerror = done;
    document.head.append(css);
  })]);
  const bridge = new Bridge(page);
  await bridge.resume();
  bridge.greet(invited);
  return bridge;
}

class Bridge {
  sessions = new Map();
  targets = [];
  room = "";
  safe = true;
  plain = false; // passwords are shown as they are
  #page;
  #tape = []; // {conn, text}: what was recorded
  #queue = Promise.resolve();
  #base = 0; // the tape's moment at #zero
  #zero = performance.now();
  #sandbox = []; // the tabs of the sandbox, while real servers are shown
  #timer = 0;
  #key = ""; // where it is kept

  constructor(page) {
    this.#page = page;
    for (const event of ["change", "tab"]) page.model.on(event, () => this.#look());
    for (const name of ["revived", "grown"]) page.on(name, () => this.#refill());
    addEventListener("pagehide", () => this.#keep());
  }

  // --- What is recorded, and how it outlives the page.

  // resume shows what an earlier page recorded. The connections of that time are gone.
  async resume() {
    const kept = await this.#kept();
    this.safe = kept?.safe ?? true;
    if (kept?.tape?.length) {
      this.#tape = kept.tape;
      for (const session of kept.sessions) this.sessions.set(session.id, { ...session, over: true });
      const { last } = await this.#page.overheard({ what: "resume", events: this.#text() });
      for (const { id, host } of kept.sessions.filter((s) => !s.over)) {
        this.#tape.push({ conn: id, text: `${JSON.stringify({ at: last, seq: 1, kind: "cut", actor: this.#names().you, target: host, conn: id, label: "bridge.left" })}\n` });
      }
      this.#base = last + 1e9;
    } else {
      const { events } = await this.#page.overheard({ what: "begin" });
      this.#tape = [{ conn: 0, text: events }];
    }
    await this.#refill();
  }

  // kept finds what was kept: by this tab of the browser before a reload, or by the newest other one. Each has a place of
  // its own, since two may be open; the oldest go.
  async #kept() {
    const { store } = this.#page;
    this.#key = sessionStorage.getItem("ehlo-real");
    if (this.#key) return store.get(this.#key);
    const keys = (await store.keys("real:")).sort();
    for (const old of keys.slice(0, -KEPT.tabs)) store.delete(old);
    sessionStorage.setItem("ehlo-real", this.#key = `real:${Date.now()}`);
    return keys.length ? store.get(keys.at(-1)) : undefined;
  }

  #text = () => this.#tape.map(({ text }) => text).join("");

  #refill = () => this.#page.driver.call("follow", { real: true, begin: true, events: this.#text() });

  #names = () => ({ you: this.#page.t("bridge.you"), bridge: this.#page.t("bridge.name") });

  #now = () => Math.round(this.#base + (performance.now() - this.#zero) * 1e6);

  // hear hands something to the reader and what comes of it to the core, each after the one before.
  #hear(conn, asked) {
    asked.at = this.#now();
    const job = async () => {
      const heard = await this.#page.overheard({ conn, ...asked });
      if (!heard?.events) return heard ?? {};
      this.#tape.push({ conn, text: heard.events });
      const session = this.sessions.get(conn);
      if (session) session.events += heard.events.split("\n").length;
      await this.#page.driver.call("follow", { real: true, events: heard.events });
      this.#keepLater();
      return heard;
    };
    const done = this.#queue.then(job);
    this.#queue = done.catch((e) => this.#broken(conn, e));
    return done.catch(() => ({}));
  }

  #broken(conn, e) {
    this.#page.fault(e.message);
    this.sessions.get(conn)?.line?.close();
  }

  #keepLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), DELAY);
  }

  #keep() {
    const sessions = [...this.sessions.values()].map(({ id, host, address, port, protocol, over, tls }) => ({ id, host, address, port, protocol, over, tls }));
    const size = this.#tape.reduce((sum, { text }) => sum + text.length, 0);
    return this.#page.store.put(this.#key, { tape: size < KEPT.octets ? this.#tape : [], sessions: size < KEPT.octets ? sessions : [], safe: this.safe });
  }

  // forget drops sessions that are over: the oldest where there are many, or all.
  async forget(all = false) {
    const over = [...this.sessions.values()].filter((s) => s.over);
    const gone = new Set((all ? over : over.slice(0, Math.max(0, over.length - KEPT.sessions))).map((s) => s.id));
    if (!gone.size) return;
    await this.#queue;
    if (all && this.sessions.size === gone.size && this.#page.real()) await this.go(false, this.#sandbox.at(-1)?.id);
    const ofThem = ({ conn }) => conn !== undefined && gone.has(conn);
    this.#tape = this.#tape.flatMap(({ conn, text }) => {
      if (!gone.has(conn)) return [{ conn, text }];
      const lines = text.split("\n").filter((line) => line && !ofThem(JSON.parse(line))); // hosts stay
      return lines.length ? [{ conn: 0, text: `${lines.join("\n")}\n` }] : [];
    });
    for (const id of gone) this.sessions.delete(id);
    await this.#refill();
    await this.#keep();
    this.#page.model.emit("change", this.#page.model.state);
  }

  // --- Connections.

  reaches = (host) => this.targets.some(({ hosts }) => hosts.some((name) => name === host || (name.startsWith("*.") && host.endsWith(name.slice(1)))));

  // dial asks whether and where, connects, and resolves with the number of the connection.
  async dial({ host, port } = {}) {
    this.#page.unband("bridge");
    try {
      Object.assign(this, await ticket(this.#page.invite));
    } catch (e) {
      this.#page.fault(this.#page.t(e.id, e.args));
      return undefined;
    }
    const insecure = location.protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
    return ask({ ...this.#page, insecure }, { targets: this.targets, room: this.room, host, port }, (where) => this.connect(where));
  }

  async connect({ host, port, tls }) {
    let id = 0;
    const early = [];
    const on = {
      octets: (bytes) => (id ? this.#octets(id, bytes) : early.push(bytes)),
      secured: (handshake) => this.#secured(id, handshake),
      closed: (reason) => (id ? this.#closed(id, reason) : early.push(reason)),
    };
    await this.#page.driver.grow().catch(() => {}); // the core has to know whatever protocol is spoken there, before anything is
    const line = await openLine(this.#page.invite, { host, port, tls }, on);
    await this.forget();
    id = Math.max(FIRST, ...this.sessions.keys()) + 1;
    const { protocol } = line;
    const address = line.address.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    this.sessions.set(id, { id, host, address, port, protocol, line, over: false, octets: 0, events: 0, answers: 0, waiting: [], typed: "", tls: "" });
    this.#hear(id, { what: "open", peer: { conn: id, ...this.#names(), host, address, port, protocol } });
    if (line.handshake) this.#secured(id, line.handshake);
    for (const thing of early) (thing instanceof Uint8Array ? on.octets : on.closed)(thing);
    await this.#queue;
    return id;
  }

  // octets takes what the server says. It is read one piece after the other, so that a flood can be left in the middle.
  async #octets(id, bytes) {
    const session = this.sessions.get(id);
    if (session.over || session.end) return;
    session.octets += bytes.length;
    session.waiting.push(bytes);
    if (session.octets > MOST.octets) {
      const lines = session.waiting.some((piece) => piece.includes(10)); // the reader may be too slow to have seen that there are none
      return this.#hangUp(session, lines ? "bridge.flood" : "bridge.blind");
    }
    if (session.busy) return;
    session.busy = true;
    while (session.waiting.length) await this.#read(session, session.waiting.shift());
    session.busy = false;
    if (session.end) this.#over(session);
  }

  async #read(session, bytes) {
    const heard = await this.#hear(session.id, { what: "hear", dir: "S", b64: this.#page.base64(bytes) });
    if (heard.tls) session.line?.startTLS();
    session.answers += heard.ends ?? 0;
    if (heard.blind) this.#hangUp(session, "bridge.blind");
    else if (session.events > MOST.events) this.#hangUp(session, "bridge.flood");
  }

  #secured(id, handshake) {
    const session = this.sessions.get(id);
    const { version = "", cipher = "", name, problem = "" } = handshake;
    session.tls = problem ? `${version} ?` : version;
    this.#hear(id, { what: "secure", tls: { version, cipher, name, problem, chain: chain(handshake) } });
  }

  #closed(id, reason) {
    const session = this.sessions.get(id);
    if (session.end) return;
    session.end = reason;
    if (!session.busy) this.#over(session);
  }

  // over ends a session when all that was said has been read.
  #over(session) {
    const { id, args = {} } = session.end;
    if (session.over) return;
    session.over = true;
    session.line = null;
    this.#hear(session.id, { what: "end", cut: id !== "bridge.refused.closed-by-server", reason: id, args: JSON.stringify(args) });
  }

  #hangUp(session, id) {
    session.waiting = [];
    session.line?.close();
    this.#closed(session.id, { id });
  }

  // --- What the learner does.

  // telnet connects to a host and shows the tab.
  async telnet(host, port) {
    const conn = await this.dial({ host, port });
    if (conn) await this.go(true, conn);
  }

  // act stands in for the core's inputs; undefined says that nothing was done.
  async act(method, args) {
    const session = this.sessions.get(args?.conn);
    if (method === "type") return this.type(session, args);
    if (method === "cut") return session?.over === false ? void this.#hangUp(session, "bridge.refused.closed-by-page") : undefined;
    if (method === "fin") return this.finish(session);
    if (method === "open") {
      const conn = await this.dial({ host: args.target, port: args.port });
      return conn && { conn };
    }
    this.#page.fault(this.#page.t("bridge.no-past"));
    return undefined;
  }

  async type(session, { text, b64 }, asked = true) {
    if (!open(session)) return undefined;
    const { base64 } = this.#page;
    const bytes = b64 === undefined ? new TextEncoder().encode(text) : Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
    const said = String.fromCharCode(...bytes);
    const content = this.#page.model.content(session.id);
    const verb = asked && this.safe && !content && risky(session.protocol, said, session.typed);
    if (verb && !(await sure(this.#page, verb, session.typed + said))) return undefined;
    if (!open(session)) return undefined;
    session.typed = (session.typed + said).split("\n").at(-1);
    session.line.send(bytes);
    await this.#hear(session.id, { what: "hear", dir: "C", b64: base64(bytes), plain: this.plain });
    return {};
  }

  // finish closes the learner's direction; what the server still says is heard.
  finish(session) {
    if (!open(session)) return undefined;
    session.finished = true;
    session.line.finish();
    return this.#hear(session.id, { what: "finish" });
  }

  commands = {
    safe: () => this.#toggle("safe", "bridge.safe.on", "bridge.safe.off"),
    passwords: () => this.#toggle("plain", "bridge.plain.on", "bridge.plain.off"),
  };

  #toggle(name, on, off) {
    this[name] = !this[name];
    this.#page.note(this.#page.model.tab, this.#page.codes(this.#page.t(this[name] ? on : off)));
    this.#keepLater();
  }

  // more lists what can be done with a session, for the console's menu.
  more(conn) {
    const { t } = this.#page;
    const session = this.sessions.get(conn);
    return [
      { text: t("bridge.safe"), note: "/safe", checked: this.safe, cut: true, run: this.commands.safe },
      { text: t("bridge.plain"), note: "/passwords", checked: this.plain, run: this.commands.passwords },
      session && { text: t("bridge.save"), cut: true, run: () => saveSession(this.#page, session) },
      session && { text: t("bridge.draft"), run: () => draftOf(this.#page, session) },
      { text: t("bridge.forget"), cut: true, run: () => this.forget(true) },
    ];
  }

  // compare plays what was said on a connection of the sandbox at a real server.
  compare = (conn) => compareWith(this.#page, this, conn);

  menu = () => [this.#page.t("bridge.word"), { text: this.#page.t("bridge.open"), run: () => this.telnet() }];

  // said is what the transcript says of an event of the tape, or nothing.
  said({ kind, label = "", verb: cipher = "", state: name, next: problem, data }) {
    if (kind === "tls") return this.#page.t(!label ? "bridge.tls.bad" : problem ? "bridge.tls.unsure" : "bridge.tls", { version: label, cipher, name, problem: problem ?? "", chain: data ?? "" });
    return label.includes(".") ? this.#page.t(label, data ? JSON.parse(data) : {}) : "";
  }

  // --- Tabs and place.

  // arrange adds the tabs of the other place to those of this one.
  arrange(here) {
    if (this.#page.real()) return [...this.#sandbox, ...here.map((tab) => this.#mark(tab))];
    this.#sandbox = here;
    const over = [...this.sessions.values()].filter((s) => s.over).slice(-OVER);
    return [...here, ...[...this.sessions.values()].filter((s) => !s.over || over.includes(s)).map((s) => this.#mark({ id: s.id, picture: "plug", over: s.over }))];
  }

  #mark(tab) {
    const { host, port } = this.sessions.get(tab.id) ?? {};
    return { ...tab, real: true, text: `${host} ${port}` };
  }

  // go shows a tab of the sandbox or of the real servers.
  async go(real, id) {
    const { driver, model } = this.#page;
    if (real !== this.#page.real()) await driver.call("place", { real });
    model.explain(null);
    if (id !== undefined) model.show(id);
    document.getElementById("line").focus();
  }

  #look() {
    const { h, t, model } = this.#page;
    const on = this.#page.real();
    document.getElementById("app").classList.toggle("app--real", on);
    const session = on && this.sessions.get(model.tab);
    const key = session ? `${session.id} ${session.tls} ${session.over}` : "";
    const old = document.getElementById("real-sign");
    if ((old?.dataset.key ?? "") === key) return;
    old?.remove();
    if (!session) return;
    const { host, address, port, tls, over } = session;
    document.querySelector(".transcript").before(h("p.real__sign", { id: "real-sign", data: { key } }, h("b.real", null, t("bridge.word")), " ",
      t(over ? "bridge.sign.over" : "bridge.sign", { host, address, port }), " ", h("span", null, tls || t("bridge.sign.open"))));
  }

  // greet learns what can be reached, and offers it where an invitation was followed.
  async greet(invited) {
    const { t, band } = this.#page;
    try {
      Object.assign(this, await ticket(this.#page.invite));
    } catch (e) {
      if (e.reason === "token-expired" || e.reason === "token-forged") await this.#page.store.delete("bridge");
      if (invited) this.#page.fault(t(e.id, e.args));
      return;
    }
    if (invited) band("bridge", { text: t("bridge.welcome", { room: this.room }), picture: "plug", closable: true, actions: [{ id: "dial", text: t("bridge.open"), main: true, run: this.menu()[1].run }] });
  }
}
