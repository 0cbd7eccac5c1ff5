// What the page knows of the world: the newest state, the recorded events, and which line is being explained. Panes
// read it and redraw on its events:
//
//	change   the state moved on (argument: the state before)
//	events   recorded events came or went
//	line     another line is explained
//	peek     a line is looked at, or no longer
//	tab      another console tab is shown
//	hello    texts, worlds and lessons are known
import { driver } from "./driver.js";
import { Emitter } from "./emitter.js";

export const MAIL = "mail:"; // and a host: the tab of a mail program

class Model extends Emitter {
  hello = null; // the core's answer to hello
  state = null; // the core's newest state
  events = []; // all recorded events; those after state.total lie in the future
  lines = new Map(); // events of kind line by connection
  rest = new Map(); // the other events of each connection
  line = null; // {seq, conn, class, auto}: the line in focus; auto where the page chose it
  peeked = null; // the line that is pointed at, or reached by an arrow key: explained beside the transcript while it is
  tab = ""; // the console's tab: a connection's number, the name of a host at which to type, or MAIL and a host
  covered = false; // a prediction is asked for: nothing may give the reply away
  readOnly = false; // another tab holds this world
  #opened = new Set(); // hosts whose terminal was opened

  constructor() {
    super();
    driver.on("update", (update) => this.#update(update));
  }

  #update({ state, keep, events, chunk }) {
    const before = this.state;
    if (keep < this.events.length) this.#forget(keep);
    if (before?.world.name !== state.world.name) this.#opened.clear();
    for (const event of events) {
      event.at ??= 0; // the encoding leaves zeros out
      event.until ??= 0;
      this.events.push(event);
      if (event.kind === "line") this.linesOf(event.conn).push(event);
      else if (event.conn) this.happened(event.conn).push(event);
      else if (event.kind === "terminal") this.#opened.add(event.actor);
      else if (event.kind === "input" && event.target === "mua") this.#opened.add(MAIL + event.actor);
      if (event.kind === "segment" && event.data === undefined && event.b64 === undefined) this.#carry(event);
    }
    this.state = state;
    this.emit("events", { keep, chunk, fresh: events });
    this.emit("change", before ?? state);
  }

  #forget(keep) {
    this.events.length = keep;
    const last = keep ? this.events[keep - 1].seq : -1;
    for (const of of [this.lines, this.rest]) for (const [conn, events] of of) of.set(conn, events.filter((e) => e.seq <= last));
    if (this.peeked?.seq > last) this.peeked = null;
    if (this.line && this.line.seq > last) this.explain(null);
  }

  // Octets that go on over a further link arrive later than they were over the first.
  #carry({ conn, dir, off = 0, num, until }) {
    const lines = this.linesOf(conn);
    for (let i = lines.length - 1; i >= 0; i--) {
      const line = lines[i];
      if (line.dir !== dir) continue;
      const end = (line.off ?? 0) + line.num;
      if (end <= off) return; // earlier octets
      if (end <= off + num) line.until = until;
    }
  }

  linesOf(conn) {
    if (!this.lines.has(conn)) this.lines.set(conn, []);
    return this.lines.get(conn);
  }

  happened(conn) {
    if (!this.rest.has(conn)) this.rest.set(conn, []);
    return this.rest.get(conn);
  }

  // shown says whether a line is at the learner's end: said there, or arrived.
  shown(line) {
    return this.seenAt(line) <= this.state.now;
  }

  // seenAt is when that is.
  seenAt(line) {
    return this.timesOf(line.conn)(line);
  }

  // timesOf gives what says that of each line of a connection.
  timesOf(conn) {
    const served = this.served(conn);
    return (line) => ((line.dir === "C") === served ? line.until : line.at);
  }

  // served says whether the learner answers a connection in the server's place.
  served(id) {
    return this.conn(id)?.served === true;
  }

  conn(id) {
    return this.state?.conns?.find((c) => c.id === id);
  }

  // mine lists the connections that the learner opened and can see now.
  mine() {
    return this.state?.conns?.filter((c) => c.mine) ?? [];
  }

  // seats lists the hosts at which somebody sits.
  seats() {
    return this.state?.world.hosts.filter((host) => host.person) ?? [];
  }

  // terminals lists the hosts whose terminal has a tab: where somebody sits, and others where it was opened. The learner's own
  // comes first.
  terminals() {
    const seat = this.seat();
    const others = this.state.world.hosts.filter((host) => host !== seat && (host.person || this.#opened.has(host.name)));
    return [seat, ...others.filter((host) => host.person), ...others.filter((host) => !host.person)];
  }

  // seat is the host at which the learner types unless another is chosen.
  seat() {
    return this.seats().find((host) => host.you) ?? this.seats()[0] ?? this.state?.world.hosts[0];
  }

  // here is the host of the tab in view: the one typed at, or the one that a connection comes from.
  here() {
    const name = this.atHost() ? this.tab : this.mailHost() || this.conn(this.tab)?.from;
    return this.state?.world.hosts.find((host) => host.name === name) ?? this.seat();
  }

  // atHost says whether the tab in view is a host's terminal.
  atHost() {
    return typeof this.tab === "string" && !this.mailHost();
  }

  // mailHost is the host whose mail program is in view, "" for none.
  mailHost() {
    return typeof this.tab === "string" && this.tab.startsWith(MAIL) ? this.tab.slice(MAIL.length) : "";
  }

  // mails lists the hosts whose mail program has a tab: where it was opened.
  mails() {
    return this.state.world.hosts.filter((host) => this.#opened.has(MAIL + host.name));
  }

  // content says whether what is typed into a connection now is part of a message and not a command.
  content(id) {
    const last = this.linesOf(id).findLast((l) => ((l.dir === "S" && l.class !== "untagged") || (l.dir === "C" && l.class === "command")) && this.shown(l));
    return last?.dir === "S" && last.class === "more";
  }

  // exchange says whether what is typed into a connection now is a response of a login.
  exchange(id) {
    return this.content(id) && /^AUTH/.test(this.linesOf(id).findLast((l) => l.dir === "S" && this.shown(l)).verb);
  }

  // explain puts a line into focus: null for none. What the page chose itself gives way to what a person chose.
  explain(line, auto = false) {
    const next = line && { seq: line.seq, conn: line.conn, class: line.class, auto };
    if (next?.seq === this.line?.seq && next?.auto === this.line?.auto) return;
    this.line = next;
    this.emit("line", next);
  }

  // peek explains a line for as long as it is looked at: null ends it.
  peek(line) {
    if (line?.seq === this.peeked?.seq) return;
    this.peeked = line ?? null;
    this.emit("peek");
  }

  show(tab) {
    if (tab === this.tab) return;
    this.peeked = null;
    this.tab = tab;
    if (typeof tab === "string") this.#opened.add(tab);
    this.emit("tab", tab);
  }
}

export const model = new Model();
