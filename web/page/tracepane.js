// The Trace tab: the events of the world as they are recorded, the newest last. It is also the list in which every line,
// packet and message of the stage can be reached by keyboard.
import { byId, h, rove } from "./dom.js";
import { brief, clock, text, visible } from "./format.js";
import { t } from "./i18n.js";
import { model } from "./model.js";

const MOST = 600; // newest events that are shown
const QUIET = new Set(["segment", "accept", "world", "host", "link", "listen"]);
let all = false;
let query = ""; // what the events that are shown have in them, in lower case
let drawn = { from: 0, to: 0, epoch: null, all: false, query };
let list;

export const tracePane = {
  draw(box, anew) {
    const { total, epoch } = model.state;
    if (anew || !list?.isConnected) build(box);
    const follow = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    const from = query ? 0 : Math.max(0, total - MOST); // what is looked for may be long past
    if (drawn.epoch !== epoch || total < drawn.to || from > drawn.to || drawn.all !== all || drawn.query !== query) {
      list.replaceChildren();
      drawn = { from, to: from, epoch, all, query };
    }
    if (total > drawn.to) {
      const fresh = model.events.slice(drawn.to, total).filter(wanted).slice(-MOST);
      list.append(...fresh.map(row));
      while (list.childElementCount > MOST) list.firstElementChild.remove();
      drawn.to = total;
      byId("trace-count").textContent = query ? t("page.trace.found", { n: list.childElementCount, all: total }) : t("page.trace.count", { n: total });
      const stops = list.querySelectorAll("[tabindex]");
      stops.forEach((stop, i) => (stop.tabIndex = i === stops.length - 1 ? 0 : -1));
      if (follow || anew) box.scrollTop = box.scrollHeight;
    }
    mark();
  },
};

function build(box) {
  const every = h("input", { type: "checkbox", onchange: () => { all = every.checked; tracePane.draw(box); } });
  every.checked = all;
  const field = h("input.find", { type: "search", "aria-label": t("page.trace.filter"), placeholder: t("page.trace.filter"), autocomplete: "off", spellcheck: "false", oninput: () => { query = field.value.trim().toLowerCase(); tracePane.draw(box); } });
  field.value = query;
  list = h("ol.trace", { "aria-label": t("page.inspector.trace") });
  rove(list, ".ev[tabindex]", { vertical: true });
  list.addEventListener("click", pick);
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pick(event);
  });
  box.replaceChildren(h("div.filter", null, field, h("label", null, every, t("page.trace.all")), h("span.soft", { id: "trace-count" })), list);
  drawn = { from: 0, to: 0, epoch: null, all, query };
}

// wanted says whether an event is to be shown: the words of the filter are its kind, its connection, a host, or what it says.
function wanted(event) {
  if (!all && QUIET.has(event.kind)) return false;
  if (!query) return true;
  const has = [event.kind, event.conn && `#${event.conn}`, event.actor, event.target, event.verb, event.label, event.kind === "line" ? text(event) : summary(event)].filter(Boolean).join(" ").toLowerCase();
  return query.split(/\s+/).every((word) => has.includes(word));
}

function row(event) {
  const line = event.kind === "line";
  return h("li", null, h(QUIET.has(event.kind) ? "div.ev.ev--part" : "div.ev", line ? { role: "button", tabindex: -1, "aria-pressed": "false", data: { seq: event.seq, conn: event.conn } } : null,
    h("span.at", null, clock(event.at)), h("span.kind", null, line ? `${event.conn} ${event.dir}:` : event.kind), h("span.what", { title: line ? null : summary(event) }, line ? said(event) : summary(event))));
}

function said(event) {
  const whole = visible(brief(text(event).replace(/\r?\n$/, "").split("\n")[0]));
  const kind = event.class === "permanent" || event.class === "transient" ? "span.bad" : event.dir === "C" ? "span.c" : "span.s";
  return event.class === "content" ? whole : h(kind, null, whole);
}

const ends = (e) => [e.actor, e.target].filter(Boolean).join(" → ");

// summary says what an event is about in names and numbers only.
function summary(e) {
  const what = {
    segment: () => `${ends(e)} ${t("page.octets", { n: e.num ?? 0 })}`,
    open: () => `${ends(e)}:${e.num}`, refused: () => `${ends(e)}:${e.num}`, unreachable: () => `${ends(e)}:${e.num}`,
    queued: () => `${e.actor}: ${e.label || `#${e.letter}`}`, delivered: () => `${e.target} #${e.letter}`,
    deferred: () => `${ends(e)} ${visible(text(e).trim())} → ${clock(e.until ?? 0)}`, failed: () => `${e.target} ${visible(text(e).trim())}`,
    query: () => `${ends(e)} ${e.label}`, answer: () => `${ends(e)} ${e.label}: ${e.verb}`, lookup: () => `${e.actor} ${e.label}: ${e.verb}`,
    auth: () => `${e.actor} ${e.label} ${e.target}: ${e.verb}${e.next ? ` (${e.next})` : ""}`,
    mailbox: () => `${e.target} ${e.label}: ${e.num ?? 0}`, listen: () => `${e.actor}:${e.num} ${e.label}`, login: () => `${e.target} ${e.class}`,
    input: () => [e.label, e.actor, e.target, visible(brief(text(e).trim()))].filter(Boolean).join(" "), host: () => `${e.actor} ${e.target}`, fin: () => `${e.actor} ${e.dir}:`,
  }[e.kind];
  return what ? what() : ends(e) || e.label || "";
}

function pick(event) {
  const node = event.target.closest(".ev[data-seq]");
  if (!node || !getSelection().isCollapsed) return;
  const conn = Number(node.dataset.conn);
  const line = model.linesOf(conn).find((x) => x.seq === Number(node.dataset.seq));
  if (model.conn(conn)?.mine) model.show(conn);
  model.explain(line);
}

function mark() {
  for (const node of list.querySelectorAll('[aria-pressed="true"]')) node.setAttribute("aria-pressed", "false");
  if (model.line && !model.line.auto) list.querySelector(`[data-seq="${model.line.seq}"]`)?.setAttribute("aria-pressed", "true");
}
