// Below a mailbox what each session sees of it, and a message in its parts.
export function looking(page) {
  const { codes, driver, h, model, t, visible } = page;

  // sessions adds to each mailbox of the pane a table: a row for each message, a column for each session with its number there.
  async function sessions(pane) {
    const views = await driver.call("views");
    for (const place of pane.querySelectorAll("[data-address]")) {
      const here = views.filter((v) => v.address === place.dataset.address && v.mailbox === place.dataset.mailbox);
      place.replaceChildren(here.length ? table(here) : "");
    }
  }

  function table(views) {
    const uids = [...new Set(views.flatMap((v) => v.messages.map((m) => m.uid)))].sort((a, b) => a - b);
    const head = (v) => h("th", { scope: "col" }, `${v.conn} ${model.conn(v.conn)?.protocol.toUpperCase()}`, v.readOnly ? h("small", null, t("bench.sessions.read-only")) : null);
    const cell = (m, v) => {
      if (!m) return h("td", null, "–");
      const gone = model.conn(v.conn)?.protocol === "pop3" ? "bench.sessions.deleted" : "bench.sessions.gone";
      return h(m.gone ? "td.gone" : "td", null, h("b", null, String(m.seq)), " ", m.flags.join(" "), m.gone ? h("small", null, t(gone)) : null);
    };
    return h("div.sessions", { tabindex: 0, role: "region", "aria-label": t("bench.sessions") }, h("table.records", null,
      h("caption", null, t("bench.sessions.about")),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "UID"), views.map(head))),
      h("tbody", null, uids.map((uid) => h("tr", null, h("th", { scope: "row" }, String(uid)), views.map((v) => cell(v.messages.find((m) => m.uid === uid), v)))),
        views.some((v) => v.untold) ? h("tr", null, h("th", { scope: "row" }, t("bench.sessions.new")), views.map((v) => h("td", null, v.untold ? t("bench.sessions.untold", { n: v.untold }) : "–"))) : null)));
  }

  // letter fills a box with the parts of a message, given as the core gave it.
  async function letter(box, { b64, text }) {
    const octets = b64 === undefined ? new TextEncoder().encode(text) : Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
    const { lang } = model.hello;
    const [tree, told] = await Promise.all([page.takenApart(octets, lang), page.recorded({ octets, protocol: "" }, lang)]);
    box.replaceChildren(part(tree, true), ...(told.parts ?? []).filter((p) => p.lines.length).map(fields));
  }

  // fields are those of the header, each with what it says and, of Received, the way of the message (lessons/incident).
  function fields({ title, summary, lines }) {
    return h("details.part", { open: true }, h("summary", null, h("b", null, title)),
      summary.map((one) => h("p", null, one)),
      h("ol.incident__lines", null, lines.map(({ view: { text, notes, spans } }) => h("li", null, h("pre.octets", { tabindex: 0 }, visible(text)),
        notes.map((note) => h("p.soft", null, codes(note))),
        spans.length > 1 ? h("details", null, h("summary", null, t("page.incident.parts", { n: spans.length })),
          h("dl.fieldparts", null, spans.map(({ start, end, name, meaning, ref }) => h("div", null, h("dt", null, h("code", null, text.slice(start, end).trim()), " ", name), h("dd", null, meaning ? `${meaning} ` : "", ref ? h("span.soft", null, ref) : null))))) : null))));
  }

  function part(p, open) {
    const what = [p.name, p.charset, p.encoding, t("page.octets", { n: p.octets })].filter(Boolean).join(" · ");
    return h("details.part", { open }, h("summary", null, h("b", null, p.number || t("bench.letter.whole")), " ", h("code", null, p.type), " ", h("span.soft", null, what)),
      p.about.map((line) => h("p.soft", null, codes(line))),
      p.header ? h("details", null, h("summary", null, t("bench.letter.header")), h("pre.octets", { tabindex: 0 }, visible(p.header.replaceAll("\r\n", "\n")))) : null,
      p.text ? h("pre.octets", { tabindex: 0 }, visible(p.text.replaceAll("\r\n", "\n")), p.cut ? "…" : "") : null,
      p.parts.map((inner) => part(inner, open)));
  }

  return { sessions, letter };
}
