// The tab of who knows what: what each host could read of what passed, and the openings of TLS, record by record, with what
// a listener on the way sees of them.
import { h } from "./dom.js";
import { text } from "./format.js";
import { t } from "./i18n.js";
import { model } from "./model.js";
import { knows } from "./traced.js";

const MOST = 40; // facts of a host that are listed
const OPENINGS = 20; // the newest connections with TLS
const RECORDS = 16; // of each, from its beginning
const unfolded = new Set();
let shown = "";
let asking = 0;

export const knowsPane = {
  async draw(box, anew) {
    const key = [model.state.total, model.state.epoch].join();
    if (key === shown && !anew && box.firstChild) return;
    shown = key;
    const turn = ++asking;
    const hosts = await knows().catch(() => []);
    if (turn !== asking) return;
    const top = box.scrollTop;
    const sections = openings();
    box.replaceChildren(h("p.soft", null, t("page.knows.about")), ...hosts.map(hostNode),
      h("h3", null, t("page.knows.openings")), ...(sections.length ? sections : [h("p.empty", null, t("page.knows.no-openings"))]));
    box.scrollTop = top;
  },
};

function hostNode({ host, facts }) {
  return h("section.box", { "aria-label": host },
    h("div.box__head", null, h("h3", null, host), facts.length ? null : h("span.soft", null, t("page.knows.nothing"))),
    facts.length ? h("dl.facts", null, facts.slice(-MOST).map((f) => h("div", null, h("dt", null, t(`page.knows.${f.kind}`)), h("dd", f.kind === "password" ? { class: "known" } : null, said(f))))) : null);
}

function said({ kind, text: what, conn }) {
  if (kind === "sealed") return t("page.knows.octets", { n: Number(what), conn });
  if (kind === "content") return t("page.knows.lines", { n: Number(what) });
  return h("code", null, what);
}

// openings are the connections that went on inside TLS, the newest last.
function openings() {
  const conns = new Map();
  for (let i = 0; i < model.state.total; i++) {
    const e = model.events[i];
    if (e.kind !== "record" && e.kind !== "tls") continue;
    if (!conns.has(e.conn)) conns.set(e.conn, []);
    conns.get(e.conn).push(e);
  }
  return [...conns].slice(-OPENINGS).map(([conn, events]) => opening(conn, events));
}

function opening(conn, events) {
  const { from, to } = model.conn(conn) ?? { from: events[0].actor, to: events[0].target };
  const records = events.filter((e) => e.kind === "record");
  const verdict = events.find((e) => e.kind === "tls" && e.dir === "C");
  const details = h("details.opening", { ontoggle: () => (details.open ? unfolded.add(conn) : unfolded.delete(conn)) },
    h("summary", null, t("page.knows.opening", { conn, from, to })),
    h("table.records", null,
      h("thead", null, h("tr", null, ["who", "record", "octets-head", "seen"].map((c) => h("th", { scope: "col" }, t(`page.knows.${c}`))))),
      h("tbody", null, records.slice(0, RECORDS).map((e) => h("tr", null,
        h(e.dir === "C" ? "td.c" : "td.s", null, `${e.dir}:`), h("td", null, e.label), h("td", null, String(e.num)),
        h("td", null, e.sealed ? t("page.knows.shut", { type: e.verb }) : t("page.knows.clear")))))),
    records.length > RECORDS ? h("p.soft", null, t("page.knows.more", { n: records.length - RECORDS })) : null,
    verdict ? h("pre.octets", { tabindex: 0 }, `${verdict.label} ${verdict.verb}\n${text(verdict)}${verdict.next ? t("page.knows.wrong", { what: verdict.next }) : ""}`) : null);
  details.open = unfolded.has(conn);
  return details;
}
