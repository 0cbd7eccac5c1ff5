// The Wire tab: what passes on one link, as whoever listens there sees it: packet by packet in octets, as lines, or as the
// records of TLS. Nothing is decrypted: inside TLS there are lengths. It loads when it is first opened.
const MOST = 60; // packets that are shown, the newest
const ROWS = 24; // lines of octets of a packet
const WIDE = 16; // octets in a line; NARROW where there is no room for them
const NARROW = 8;

export function pane({ h, t, codes, model, clock, octets, visible, late }) {
  let link = ""; // "a b": the ends of the link that is listened at; "" is where the connection begins
  let chosen = 0; // the connection that is looked at; 0 is the one in view
  let form = "octets";
  let drawn = "";
  let box = null;
  let list = null;
  const again = late(() => box && draw(box, true));

  function draw(into, anew) {
    box = into;
    const conn = model.conn(chosen)?.id ?? model.line?.conn ?? (model.atHost() ? undefined : model.tab);
    const key = [conn, chosen, model.state.conns.length, model.state.total, model.state.epoch, link, form, box.clientWidth < 520].join();
    if (key === drawn && !anew && box.firstChild) return;
    drawn = key;
    const passed = conn === undefined ? [] : passing(conn);
    const links = [...new Set(passed.map(linkOf))];
    if (!links.includes(link)) link = links[0] ?? "";
    const follow = !list?.isConnected || box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    list = h("div.wire", null, shown(conn, passed));
    box.replaceChildren(head(conn, links), list);
    if (follow) box.scrollTop = box.scrollHeight;
  }

  // passing lists the packets of a connection by now, on every link.
  function passing(conn) {
    const now = model.state.total;
    return model.happened(conn).filter((e) => (e.kind === "segment" || e.kind === "lost") && e.seq <= (model.events[now - 1]?.seq ?? 0));
  }

  const linkOf = ({ actor, target }) => [actor, target].sort().join(" ");

  function head(conn, links) {
    const where = h("select", { name: "link", onchange: () => { link = where.value; again(); } }, links.map((l) => h("option", { value: l, selected: l === link }, l.replace(" ", " – "))));
    const as = h("select", { name: "form", onchange: () => { form = as.value; again(); } }, ["octets", "lines", "records"].map((f) => h("option", { value: f, selected: f === form }, t(`page.wire.${f}`))));
    const which = h("select", { name: "conn", onchange: () => { chosen = Number(which.value); again(); } }, h("option", { value: 0 }, t("page.wire.in-view")),
      model.state.conns.map((c) => h("option", { value: c.id, selected: c.id === chosen }, `${c.id}: ${c.from} – ${c.to} ${c.port}`)));
    return h("div.filter", null,
      h("label", null, t("page.wire.as"), as), links.length && form !== "records" ? h("label", null, t("page.wire.link"), where) : null,
      model.state.conns.length ? h("label", null, t("page.wire.of"), which) : null);
  }

  function shown(conn, passed) {
    if (conn === undefined) return h("p.empty", null, codes(t("page.wire.empty")));
    if (form === "records") return records(conn);
    const here = passed.filter((e) => linkOf(e) === link);
    if (!here.length) return h("p.empty", null, t("page.wire.nothing"));
    const first = passed.filter((e) => e.data !== undefined || e.b64 !== undefined);
    const show = form === "octets" ? dump : lines;
    return [here.length > MOST ? h("p.soft", null, t("page.wire.earlier", { n: here.length - MOST })) : null, ...here.slice(-MOST).map((e) => packet(e, show(conn, e, content(first, e))))];
  }

  function packet(e, body) {
    return h(e.kind === "lost" ? "section.packet.packet--lost" : "section.packet", null,
      h("p.packet__head", null, h("span.at", null, clock(e.from || e.at)), h(e.dir === "C" ? "b.c" : "b.s", null, `${e.dir}:`), t("page.octets", { n: e.num ?? 0 }),
        h("span.soft", null, t("page.wire.from", { off: e.off ?? 0 })), e.kind === "lost" ? h("span.bad", null, t("page.wire.lost")) : null), body);
  }

  // content finds a packet's octets: a trace tells them where they set out.
  function content(first, { dir, off = 0, num = 0 }) {
    const all = new Uint8Array(num);
    for (const e of first) {
      const begin = e.off ?? 0;
      if (e.dir !== dir || begin >= off + num || begin + e.num <= off) continue;
      const own = octets(e).subarray(Math.max(0, off - begin), off + num - begin);
      all.set(own, Math.max(0, begin - off));
    }
    return all;
  }

  // dump shows octets as programs that look at networks do: place, values, and what of it is text.
  function dump(_, { off = 0 }, bytes) {
    const wide = box.clientWidth < 520 ? NARROW : WIDE;
    const rows = [];
    for (let i = 0; i < bytes.length && rows.length < ROWS; i += wide) {
      const part = [...bytes.subarray(i, i + wide)];
      const hex = part.map((c) => c.toString(16).padStart(2, "0")).join(" ").padEnd(3 * wide - 1);
      rows.push(`${(off + i).toString(16).padStart(4, "0")}  ${hex}  ${part.map((c) => (c > 31 && c < 127 ? String.fromCharCode(c) : "·")).join("")}`);
    }
    const left = bytes.length - rows.length * wide;
    return [h("pre.octets", { tabindex: 0, "aria-label": t("page.wire.octets") }, rows.join("\n")), left > 0 ? h("p.soft", null, t("page.wire.more", { n: left })) : null];
  }

  // lines shows the text of a packet; what lies in sealed records is a length.
  function lines(conn, { dir, off = 0, num = 0 }, bytes) {
    const sealed = model.happened(conn).filter((e) => e.kind === "record" && e.dir === dir && e.sealed && (e.off ?? 0) < off + num && (e.off ?? 0) + e.num > off);
    const parts = [];
    let at = off;
    const clear = (to) => { if (to > at) parts.push(h("pre.octets", { tabindex: 0, "aria-label": t("page.wire.lines") }, visible(latin(bytes.subarray(at - off, to - off)).replaceAll("\r\n", "␍␊\n")))); };
    for (const r of sealed) {
      clear(Math.max(off, r.off ?? 0));
      at = Math.min(off + num, (r.off ?? 0) + r.num);
      parts.push(h("p.packet__sealed", null, t("page.wire.sealed", { n: at - Math.max(off, r.off ?? 0) })));
    }
    clear(off + num);
    return parts;
  }

  function latin(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return Array.from(bytes, (c) => String.fromCharCode(c)).join("");
    }
  }

  function records(conn) {
    const all = model.happened(conn).filter((e) => e.kind === "record" && e.at <= model.state.now);
    if (!all.length) return h("p.empty", null, t("page.wire.no-tls"));
    return h("table.records", null,
      h("thead", null, h("tr", null, ["who", "record", "octets-head", "seen"].map((c) => h("th", { scope: "col" }, t(`page.knows.${c}`))))),
      h("tbody", null, all.slice(-MOST * 3).map((e) => h("tr", null, h(e.dir === "C" ? "td.c" : "td.s", null, `${e.dir}:`), h("td", null, e.sealed ? e.verb : e.label), h("td", null, String(e.num)),
        h("td", null, e.sealed ? t("page.knows.shut", { type: e.verb }) : t("page.knows.clear"))))));
  }

  return { draw };
}
