// What differs between two branches, as text: each line says by a letter in which of the two it is.

// difference shows a dialog with what differs between two branches.
export async function difference(page, a, b, diff) {
  const { dialog, h, t } = page;
  const d = await diff(a.id, b.id);
  const same = !d.conns.length && !d.boxes.length && !d.queue.length;
  const node = dialog(t("bench.diff.title"),
    h("p", null, h("b.diff__in.diff__in--a", null, "A"), " ", a.name, " ", h("b.diff__in.diff__in--b", null, "B"), " ", b.name),
    h("p", { id: "diff-sum" }, d.apart === null ? t("bench.diff.none") : t("bench.diff.apart", { at: page.clock(d.apart) }), " ",
      same && d.apart !== null ? t("bench.diff.events") : "", d.same ? t("bench.diff.same", { n: d.same }) : ""),
    d.conns.length ? h("h3", null, t("bench.diff.conns")) : null, d.conns.map((conn) => talk(page, conn)),
    d.boxes.length ? h("h3", null, t("bench.diff.boxes")) : null, d.boxes.map((box) => mailbox(page, box)),
    d.queue.length ? h("h3", null, t("bench.diff.queue")) : null, d.queue.length ? h("ol.diff", null, d.queue.map((w) => waits(page, w))) : null);
  node.classList.add("dialog--wide");
  return node;
}

// where marks in which of the two something is.
function where({ h, t }, which) {
  const letters = { a: "A", b: "B", both: "=" }[which];
  return h(`b.diff__in.diff__in--${which}`, null, h("span", { "aria-hidden": "true" }, letters), h("span.vh", null, t(`bench.diff.in.${which}`)));
}

function talk(page, conn) {
  const { h, t, short } = page;
  const only = conn.in === "both" ? "" : t(`bench.diff.only.${conn.in}`);
  return h("section", { "aria-label": `${conn.conn} ${conn.to}` },
    h("h4", null, `${conn.conn}  ${short(conn.from)} → ${conn.to} ${conn.port}`, only ? h("span.soft", null, ` ${only}`) : null),
    h("ol.diff", null, conn.lines.map((line) => h(`li.diff__${line.in}`, null, line.left
      ? [h("span"), h("span.soft", null, t("bench.diff.left", { n: line.left }))]
      : [where(page, line.in), h("samp", null, h("span.who", null, `${line.dir}: `), line.text)]))));
}

function mailbox(page, { address, mailbox: name, messages }) {
  const { h, t } = page;
  const flags = (list) => list?.join(" ") || t("bench.diff.no-flags");
  return h("section", { "aria-label": address }, h("h4", null, name === "INBOX" ? address : `${address} ${name}`),
    h("ol.diff", null, messages.map(({ in: which, message, other }) => h(`li.diff__${which}`, null, where(page, which),
      h("span", null, h("b", null, message.subject || t("page.mailbox.no-subject")), " ", h("span.soft", null, `UID ${message.uid} · ${t("page.octets", { n: message.size })}`), " ",
        which === "both" ? t("bench.diff.flags", { a: flags(message.flags), b: flags(other) }) : "")))));
}

function waits(page, { in: which, waiting, other }) {
  const { h, t } = page;
  const tries = ({ attempts, reason }) => [t("bench.diff.attempts", { n: attempts }), reason].filter(Boolean).join(": ");
  return h(`li.diff__${which}`, null, where(page, which), h("span", null, h("b", null, waiting.subject || t("page.mailbox.no-subject")), ` ${waiting.host} → ${waiting.to.join(", ")} `,
    h("span.soft", null, which === "both" ? `A ${tries(waiting)} · B ${tries(other)}` : tries(waiting))));
}
