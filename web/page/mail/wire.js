// The wire side: each click with the protocol lines that it has caused, in the order in which they were said.
const CLICKS = 12; // the newest that are shown
const LINES = 8; // of a message in the middle of a conversation

// wireInto keeps a box up to date with what a host's mail program says.
export function wireInto({ h, t, model, parts, text, visible, clock, glossFor, codes }, box) {
  const list = h("ol.wire", { "aria-live": "off" });
  box.append(h("h3", null, t("mailer.wire")), list);
  let key = "";
  let asked = 0; // how often a line was chosen: only what was chosen last is explained

  // glossed puts the explanation of a line below it, or away.
  async function glossed(node, line) {
    const open = node.getAttribute("aria-expanded") === "true";
    for (const other of list.querySelectorAll('[aria-expanded="true"]')) other.setAttribute("aria-expanded", "false");
    list.querySelector(".gloss")?.remove();
    const turn = ++asked;
    if (open) return;
    const gloss = await glossFor({ ...line, auto: false });
    if (!gloss || turn !== asked) return;
    gloss.querySelector(".gloss__foot .btn")?.remove();
    node.setAttribute("aria-expanded", "true");
    node.after(gloss);
    gloss.scrollIntoView({ block: "nearest" });
  }

  // said is a line as the console shows it; of a message only its begin.
  function said(line) {
    const all = text(line).replace(/\r?\n$/, "").split(/\r?\n/);
    const shown = all.length > LINES && line.class === "content" ? [...all.slice(0, LINES - 1), t("mailer.wire.more", { n: all.length - LINES + 1 })] : all;
    const verdict = { permanent: ".ln--5", transient: ".ln--4" }[line.class] ?? "";
    const node = h(`div.ln.ln--${line.dir.toLowerCase()}${verdict}`, { role: "button", tabindex: 0, "aria-expanded": "false", data: { seq: line.seq },
      onclick: () => getSelection().isCollapsed && glossed(node, line),
      onkeydown: (event) => {
        if (event.target !== node || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault();
        glossed(node, line);
      } },
    h("span.at", null, clock(line.dir === "C" ? line.at : line.until)), h("span.who", null, `${line.dir}:`),
    h("samp", null, line.sealed ? h("span", { class: "wire__sealed", title: t("mailer.wire.sealed") }, "🔒 ") : null, shown.flatMap((one, i) => (i ? ["\n", visible(one)] : parts({ text: one, dir: line.dir, line })))));
    return node;
  }

  const hidden = (click) => click.replace(/^password .*$/m, "password …");

  function what({ data = "", at }) {
    const [first] = data.split("\n");
    const [verb, ...rest] = first.split(" ");
    return h("h4.wire__click", null, h("time", null, clock(at)), " ", codes(t(`mailer.click.${verb}`, { arg: rest.join(" ") })), h("span.vh", null, ` ${hidden(first)}`));
  }

  // draw shows what was said by now.
  function draw(host, view) {
    const clicks = model.events.slice(0, model.state.total).filter((e) => e.kind === "input" && e.target === "mua" && e.actor === host).slice(-CLICKS);
    const conns = view?.conns ?? [];
    const lines = conns.flatMap((id) => model.linesOf(id)).filter((l) => model.shown(l) && l.seq > (clicks[0]?.seq ?? Infinity)).sort((a, b) => a.seq - b.seq);
    const now = [host, clicks[0]?.seq, clicks.length, lines.length, lines.at(-1)?.seq, view?.busy].join();
    if (now === key) return;
    key = now;
    const stuck = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    list.replaceChildren(...(clicks.length ? clicks.map((click, i) => {
      const own = lines.filter((l) => l.seq > click.seq && l.seq < (clicks[i + 1]?.seq ?? Infinity));
      let conn = 0;
      return h("li", null, what(click), own.flatMap((line) => {
        const begins = line.conn !== conn && model.conn(line.conn);
        conn = line.conn;
        return [begins ? h("p.wire__conn.soft", null, t("mailer.wire.conn", { host: begins.to, port: begins.port, protocol: begins.protocol.toUpperCase() })) : null, said(line)];
      }), own.length ? null : h("p.soft", null, t(view?.busy && i === clicks.length - 1 ? "mailer.wire.soon" : "mailer.wire.nothing")));
    }) : [h("li.soft", null, t("mailer.wire.begin"))]));
    if (stuck) box.scrollTop = box.scrollHeight;
  }

  return { draw };
}
