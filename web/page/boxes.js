// The Mailbox and Queue tabs: what lies in each mailbox, and what waits at each MTA.
import { bench } from "./bench.js";
import { h } from "./dom.js";
import { driver } from "./driver.js";
import { saveMail } from "./exports.js";
import { clock, visible } from "./format.js";
import { t } from "./i18n.js";
import { model } from "./model.js";

let apart = false; // the parts of the message in view are shown, and not its octets
let open = ""; // the message or file in view: "address/mailbox/uid" or "address"
let text = "";
let octets = null; // of what is in view, as the core gave it

// pane asks the core again only when events have come or gone.
function pane(method, render, looking) {
  let shown = "";
  let asking = 0;
  return {
    async draw(box, anew) {
      const key = [model.state.total, model.state.epoch].join();
      if (key === shown && !anew) return;
      shown = key;
      const turn = ++asking;
      const list = await driver.call(method).catch(() => []);
      if (turn !== asking) return;
      const again = () => box.isConnected && this.draw(box, true);
      const top = box.scrollTop;
      box.replaceChildren(...render(list ?? [], again));
      box.scrollTop = top;
      await looking?.(box);
    },
  };
}

export const mailboxPane = pane("mailboxes", (boxes, again) => (boxes.length ? boxes.map((box) => boxNode(box, again)) : [h("p.empty", null, t("page.mailbox.none"))]), seenBySessions);

// seenBySessions adds to each mailbox what the sessions that look at it see, where there are any.
function seenBySessions(box) {
  const some = model.state.conns.some((c) => !c.over && (c.protocol === "imap" || c.protocol === "pop3"));
  return some ? bench("sessions", box) : undefined;
}

function boxNode(box, again) {
  const { messages = 0, unseen = 0, deleted = 0 } = box.counts ?? {};
  const asFile = open === box.address;
  return h("section.box", { "aria-label": box.address },
    h("div.box__head", null,
      h("h3", null, box.address, box.mailbox === "INBOX" ? "" : ` ${box.mailbox}`),
      h("span.soft", null, messages ? t("page.mailbox.count", { n: messages }) : t("page.mailbox.empty")),
      unseen ? h("span.new", null, t("page.mailbox.new", { n: unseen })) : null,
      deleted ? h("span.soft", null, t("page.mailbox.deleted", { n: deleted })) : null,
      h("button.btn.btn--bare", { type: "button", "aria-expanded": String(asFile), onclick: () => look(asFile ? "" : box.address, "file", { address: box.address }, again) }, t("page.mailbox.file"))),
    asFile ? shown(`${box.user || box.address}.mbox`) : null,
    h("div", { data: { address: box.address, mailbox: box.mailbox } }),
    (box.messages ?? []).map((m) => messageNode(box, m, again)));
}

function messageNode(box, m, again) {
  const key = `${box.address}/${box.mailbox}/${m.uid}`;
  const flags = m.flags ?? [];
  const kind = `${flags.includes("\\Seen") ? "" : ".msg--new"}${flags.includes("\\Deleted") ? ".msg--gone" : ""}`;
  return h("div", null,
    h(`button.msg${kind}`, { type: "button", "aria-expanded": String(open === key), onclick: () => look(open === key ? "" : key, "message", { address: box.address, mailbox: box.mailbox, uid: m.uid }, again) },
      h("span.n", null, m.seq), h("b", null, m.subject || t("page.mailbox.no-subject")), h("span.oct", null, t("page.octets", { n: m.size })),
      h("small", null, [m.from, `UID ${m.uid}`, flags.join(" ")].filter(Boolean).join(" · "))),
    open === key ? shown(`${m.subject.replace(/[^\p{L}\p{N}._-]+/gu, "-") || m.uid}.eml`, again) : null);
}

// shown is what is in view, with a button to save it octet by octet. A message can be shown in its parts.
function shown(name, again) {
  const look = (id, on) => h("button.btn", { type: "button", data: { look: id }, "aria-pressed": String(apart === on), onclick: () => { apart = on; again(); } }, t(`page.mailbox.${id}`));
  const parts = again && apart && h("div.letter");
  if (parts) bench("letter", parts, octets);
  return h("div", null, again ? h("p.rowbtn", null, look("stored", false), look("parts", true)) : null,
    parts || h("pre.octets", { tabindex: 0 }, text),
    h("p.rowbtn", null, h("button.btn", { type: "button", data: { action: "save-mail" }, onclick: () => saveMail(name, octets) }, t("page.mailbox.save", { name }))));
}

async function look(key, method, args, again) {
  open = key;
  const answer = key ? await driver.call(method, args).catch((e) => ({ text: e.message })) : null;
  octets = answer;
  text = answer ? `${answer.path ? `${answer.path}\n\n` : ""}${visible(answer.text.replaceAll("\r\n", "\n"))}` : "";
  again();
}

export const queuePane = pane("queue", (waiting) => (waiting.length ? waiting.map(waitNode) : [h("p.empty", null, t("page.queue.empty"))]));

function waitNode(q) {
  const fact = (id, value) => (value ? h("div", null, h("dt", null, t(id)), h("dd", null, value)) : null);
  return h("section.box", { "aria-label": q.subject || `#${q.letter}` },
    h("div.box__head", null, h("h3", null, q.host), h("span", null, q.subject || `#${q.letter}`), h("span.soft", null, t("page.octets", { n: q.octets }))),
    h("dl.facts", null,
      fact("page.queue.from", q.from || "<>"), fact("page.queue.to", (q.to ?? []).join(", ")),
      fact("page.queue.attempts", String(q.attempts ?? 0)), fact("page.queue.next", q.next ? clock(q.next) : ""), fact("page.queue.reason", q.reason)));
}
