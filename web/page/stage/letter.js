// A message that was touched on the stage: its octets as they crossed the connection, and the way it has come and gone.

// showLetter opens a dialog about a message: what = {conn, seq, letter, peer, name} as the stage says it.
export function showLetter(what, page) {
  const { h, t, dialog, visible, text } = page;
  const { events } = page.model; // also those that lie ahead of the moment in view: the way goes on there
  const steps = way(what, events);
  const octets = steps.content.map(text).join("");
  const title = what.name || steps.subject || t("page.letter.untitled");
  const seek = seeker(page);
  const node = dialog(title,
    h("h3", null, t("page.letter.way")),
    seek && steps.list.length > 0 ? slider(page, steps.list, seek) : null,
    h("ol.way", null, steps.list.map(({ at, id, args }) => h(at > page.model.state.now ? "li.soft" : "li", null, seek
      ? h("button.link", { type: "button", title: t("page.letter.seek"), onclick: () => seek(at) }, h("time", null, page.clock(at))) : h("time", null, page.clock(at)), " ", t(id, args)))),
    h("h3", null, t("page.letter.raw")),
    octets ? h("pre.octets", { tabindex: 0 }, visible(octets.replaceAll("\r\n", "\n"))) : h("p.soft", null, t("page.letter.none")));
  node.classList.add("dialog--low"); // the stage stays in sight
}

// seeker shows another moment, one after the other, the newest that was asked for last; null where time is nobody's to move.
function seeker(page) {
  if (!page.hasTime()) return null;
  let wanted = null;
  let busy = false;
  return async (at) => {
    wanted = at;
    if (busy) return;
    busy = true;
    while (wanted !== null) {
      const t = Math.round(wanted);
      wanted = null;
      await page.act("seek", { t });
    }
    busy = false;
  };
}

// slider is the message's own timeline, from its first step to its last: drawing it moves the world's time, and the stage
// follows.
function slider({ h, t, clock, model }, list, seek) {
  const [first, last] = [list[0].at, list.at(-1).at];
  const end = Math.max(last, Math.min(model.state.end, last + 1e9)); // a second behind the last step, where there is one
  const input = h("input", { type: "range", id: "letter-time", min: first, max: Math.max(end, first + 1), step: "any", "aria-label": t("page.letter.time") });
  input.value = model.state.now;
  const said = h("output.way__now", { for: "letter-time" }, clock(Number(input.value)));
  input.setAttribute("aria-valuetext", said.textContent);
  input.addEventListener("input", () => {
    said.textContent = clock(Number(input.value));
    input.setAttribute("aria-valuetext", said.textContent);
    seek(Number(input.value));
  });
  return h("p.way__time", null, input, said);
}

// way follows a message backwards to the connection that first carried it, and tells its steps forwards.
function way(what, events) {
  let host = what.peer;
  let letter = what.letter;
  let conn = what.conn;
  const opened = (id) => events.find((e) => e.kind === "open" && e.conn === id);
  if (conn) host = opened(conn)?.actor ?? host;
  const attempt = conn && events.findLast((e) => e.kind === "attempt" && e.conn === conn && (!letter || e.letter === letter));
  if (attempt) [host, letter] = [attempt.actor, attempt.letter];
  const queued = (at, n) => n && events.findLast((e) => e.kind === "queued" && e.actor === at && e.letter === n);
  const chain = [];
  for (let q = queued(host, letter); q && chain.length < 30;) {
    chain.unshift(q);
    const before = q.conn && events.findLast((e) => e.kind === "attempt" && e.conn === q.conn && e.seq < q.seq);
    q = before ? queued(before.actor, before.letter) : null;
  }
  const list = [];
  const tell = (e, id, args = {}) => list.push({ at: e.at, seq: e.seq, id: `page.letter.${id}`, args });
  if (conn && !chain.length) { // somebody typed it: it goes on with whoever takes it
    const o = opened(conn);
    const first = content(events, conn, what.seq)[0];
    if (o && first) tell(first, "carried", { from: o.actor, to: o.target });
    const taken = events.find((e) => e.kind === "queued" && e.conn === conn && e.seq > (what.seq || first?.seq || 0));
    if (taken) chain.push(taken);
  }
  const subject = chain[0]?.label ?? "";
  for (let i = 0; i < chain.length; i++) onward(chain[i], events, tell, chain);
  list.sort((a, b) => a.seq - b.seq);
  const source = chain[0]?.conn || conn;
  return { list, subject, content: conn && !chain.length ? content(events, conn, what.seq) : content(events, conn || source, conn ? what.seq : 0, chain.at(-1)) };
}

// onward tells what an MTA did with a message, and what the next one does with it.
function onward(q, events, tell, chain) {
  if (!events.includes(q)) return;
  const from = events.find((e) => e.kind === "open" && e.conn === q.conn);
  tell(q, from ? "queued" : "made", { host: q.actor, from: from?.actor ?? "" });
  for (const e of events) {
    if (e.actor !== q.actor || e.letter !== q.letter || e.seq < q.seq) continue;
    if (e.kind === "attempt") tell(e, "attempt", { host: e.actor, to: e.target });
    else if (e.kind === "deferred") tell(e, "deferred", { host: e.actor, to: e.target, wait: wait(e) });
    else if (e.kind === "relayed") tell(e, "relayed", { host: e.actor, to: e.target });
    else if (e.kind === "delivered") tell(e, "delivered", { host: e.actor, to: e.target });
    else if (e.kind === "failed") tell(e, "failed", { host: e.actor, to: e.target });
  }
  for (const a of events) { // where it went from here
    if (a.kind !== "attempt" || a.actor !== q.actor || a.letter !== q.letter) continue;
    const next = events.find((e) => e.kind === "queued" && e.conn === a.conn && e.seq > a.seq);
    if (next && !chain.includes(next)) {
      chain.push(next);
    }
  }
}

const wait = (e) => {
  const s = Math.ceil((e.until - e.at) / 1e9);
  return s < 120 ? `${s} s` : `${Math.round(s / 60)} min`;
};

// content is the lines with the octets of a message on a connection: those of the message that began with a line, or the
// last ones before an MTA took them.
function content(events, conn, seq, taken) {
  if (!conn) return [];
  let mine = [];
  let open = false;
  for (const e of events) {
    if (e.kind !== "line" || e.conn !== conn) continue;
    if (taken && !seq && e.seq > taken.seq) break;
    if (e.class === "content") {
      if (!open) {
        if (seq && mine.some((x) => x.seq === seq)) break;
        mine = [];
      }
      open = true;
      mine.push(e);
    } else open = false;
  }
  return seq && !mine.some((x) => x.seq === seq) ? [] : mine;
}
