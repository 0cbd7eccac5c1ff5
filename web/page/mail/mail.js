// The mail program of a host, as its person sees it, beside what it says on the wire. What it knows and does is in the world:
// a click is an input, and what is shown is asked of the core. This module loads when somebody opens a mail program.
import { compose, draftOf } from "./compose.js";
import { messageNode } from "./message.js";
import { settingsOf } from "./settings.js";
import { wireInto } from "./wire.js";

// begin gets mail programs ready; page is what they need of the page's modules.
export async function begin(page) {
  const css = page.h("link", { rel: "stylesheet", href: new URL("mua.css", import.meta.url).href });
  await Promise.all([page.moreTexts("mail"), new Promise((done) => {
    css.onload = css.onerror = done;
    document.head.append(css);
  })]);
  return new Mail(page);
}

class Mail {
  #page;
  #box; // where it is
  #parts = {}; // of the frame, by name
  #host = "";
  #view = null;
  #key = ""; // what was shown last
  #asking = false;
  #wire;

  constructor(page) {
    this.#page = page;
    this.#box = document.getElementById("mail");
    this.#frame();
    page.model.on("change", () => this.show());
    page.model.on("tab", () => this.show());
  }

  // show brings the program of the tab in view up to date.
  async show() {
    const { model, driver } = this.#page;
    const host = model.mailHost();
    if (!host) return;
    if (host !== this.#host) [this.#host, this.#view, this.#key] = [host, null, ""];
    const { total, epoch } = model.state;
    const key = `${host} ${total} ${epoch}`;
    this.#wire.draw(host, this.#view);
    if (key === this.#key || this.#asking) return;
    this.#asking = true;
    const view = await driver.call("mailView", { host }).then(({ view, fault }) => ({ ...view, fault }), (e) => ({ error: e.message }));
    this.#asking = false;
    if (host !== model.mailHost()) return void this.show();
    this.#key = key;
    if (view.error) this.#page.fault(view.error);
    else {
      this.#view = view;
      this.#draw();
    }
    this.show();
  }

  click = (text) => this.#page.act("mail", { host: this.#host, click: text });

  // --- The frame, which stays while its content changes.

  #frame() {
    const { h, t, icon } = this.#page;
    const button = (name, picture, run) => {
      const b = h("button.btn", { type: "button", data: { mail: name }, onclick: run }, picture ? icon(picture, true) : null, h("span", null, t(`mailer.${name}`)));
      this.#parts[name] = b;
      return b;
    };
    const part = (name, node) => (this.#parts[name] = node);
    this.#box.replaceChildren(
      h("div.mua", null,
        h("div.mua__tools", { role: "toolbar", "aria-label": t("mailer.tools") },
          button("check", "down", () => this.click("check")),
          button("new", "letter", () => compose(this.#page, this, draftOf(this.#view))),
          button("reply", "return", () => compose(this.#page, this, draftOf(this.#view, this.#shown()))),
          button("delete", "cross", () => this.#mark("deleted")),
          button("flag", null, () => this.#mark("flagged")),
          button("compact", null, () => this.click("compact")),
          button("offline", null, () => this.click(`offline ${this.#view.offline ? "no" : "yes"}`)),
          button("settings", null, () => settingsOf(this.#page, this, this.#view))),
        part("state", h("p.mua__state", { role: "status" })),
        h("div.mua__body", null,
          part("folders", h("ul.mua__folders", { "aria-label": t("mailer.folders") })),
          h("div.mua__read", null,
            part("list", h("ol.mua__list", { "aria-label": t("mailer.list") })),
            part("message", h("article.mua__message", { "aria-label": t("mailer.message"), tabindex: 0 }))))),
      part("wire", h("section.mua__wire", { "aria-label": t("mailer.wire") })));
    this.#parts.offline.setAttribute("aria-pressed", "false");
    for (const [box, selector] of [["folders", ".fold"], ["list", ".msg"]]) this.#page.rove(this.#parts[box], selector, { vertical: true });
    this.#wire = wireInto(this.#page, this.#parts.wire);
  }

  #shown = () => this.#view?.letters.find((l) => l.number === this.#view.shown);

  #mark(flag) {
    const letter = this.#shown();
    if (letter) this.click(`mark ${letter.number} ${flag} ${letter[flag] ? "no" : "yes"}`);
  }

  // --- What changes.

  #draw() {
    const { t } = this.#page;
    const { busy, offline, account } = this.#view;
    const letter = this.#shown();
    const { check, reply, delete: del, flag, compact, offline: off } = this.#parts;
    for (const name of ["check", "new", "compact", "offline", "settings"]) this.#parts[name].disabled = busy;
    check.disabled ||= offline;
    for (const b of [reply, del, flag]) b.disabled = busy || !letter;
    reply.disabled ||= !this.#view.message;
    del.lastChild.textContent = t(letter?.deleted ? "mailer.undelete" : "mailer.delete");
    flag.lastChild.textContent = t(letter?.flagged ? "mailer.unflag" : "mailer.flag");
    compact.disabled ||= !this.#view.letters.some((l) => l.deleted);
    off.setAttribute("aria-pressed", String(offline));
    this.#state(account);
    this.#folders();
    this.#list();
    messageNode(this.#page, this.#parts.message, this.#view, (part) => this.#save(part));
  }

  #state(account) {
    const { h, t, codes } = this.#page;
    const { busy, offline, online, fault } = this.#view;
    const id = busy ? "busy" : offline ? "is-offline" : online ? "is-online" : "idle";
    const nodes = fault && !busy ? [h("span.mua__fault", null, codes(fault))] : [codes(t(`mailer.state.${id}`, { host: account.incoming || "—", protocol: account.protocol.toUpperCase(), address: account.address || "—" }))];
    if (busy) nodes.push(" ", h("button.btn.btn--bare", { type: "button", data: { mail: "stop" }, onclick: () => this.click("stop") }, t("mailer.stop")));
    this.#set("state", nodes.flat(), JSON.stringify([id, fault, account.incoming, account.protocol, account.address]));
  }

  #folders() {
    const { h, t } = this.#page;
    this.#set("folders", this.#view.folders.map((f) => h("li", null, h("button.fold", {
      type: "button", "aria-current": f.name === this.#view.open ? "true" : null, data: { folder: f.name }, tabindex: f.name === this.#view.open ? 0 : -1,
      onclick: () => this.click(`folder ${f.name}`),
    }, h("span", null, f.name === "INBOX" ? t("mailer.inbox") : f.name), f.unseen && f.name !== "Outbox" ? h("b", null, String(f.unseen)) : f.messages ? h("span.soft", null, String(f.messages)) : null))), JSON.stringify([this.#view.folders, this.#view.open]));
  }

  #list() {
    const { h, t } = this.#page;
    const { letters, shown, open, sent } = this.#view;
    const out = open === sent || open === "Outbox";
    const first = letters.some((l) => l.number === shown) ? shown : letters.at(-1)?.number;
    this.#set("list", letters.length ? letters.toReversed().map((l) => h("li", null, h(["button.msg", l.seen ? "" : "msg--new", l.deleted ? "msg--gone" : ""].filter(Boolean).join("."), {
      type: "button", "aria-current": l.number === shown ? "true" : null, data: { letter: l.number }, tabindex: l.number === first ? 0 : -1,
      onclick: () => this.click(`read ${l.number}`),
    }, h("span.n", { "aria-hidden": "true" }, [l.flagged ? "!" : "", l.answered ? "↩" : "", l.here ? "" : "○"].join("")),
    h("b", null, l.subject || t("mailer.untitled")), h("span.oct", null, t("page.octets", { n: l.size })),
    h("small", null, [out ? l.to : l.from, l.date ? this.#date(l.date) : "", l.flagged ? t("mailer.flagged") : "", l.deleted ? t("mailer.deleted") : "", l.here ? "" : t("mailer.header-only"), l.reason].filter(Boolean).join(" · "))))) : [h("li.soft", null, t("mailer.empty"))], JSON.stringify([letters, shown, open]));
  }

  #date = (unix) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(unix * 1000);

  // set puts nodes into a part of the frame where they are others, and keeps the focus on what is there again.
  #set(name, nodes, key) {
    const box = this.#parts[name];
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    const had = box.contains(document.activeElement) ? document.activeElement.dataset : null;
    box.replaceChildren(...nodes);
    if (!had) return;
    const again = had.letter ? `[data-letter="${had.letter}"]` : had.folder ? `[data-folder="${CSS.escape(had.folder)}"]` : "";
    ((again && box.querySelector(again)) ?? box.querySelector('[tabindex="0"]'))?.focus({ preventScroll: true });
  }

  // save gives a part of the message to the browser to keep; -1 is all of it.
  async #save(part) {
    const { driver, offer } = this.#page;
    const { b64 = "" } = await driver.call("mailPart", { host: this.#host, part });
    const name = part < 0 ? `${this.#shown().subject.replace(/[^\w.-]+/g, "-").slice(0, 60) || "message"}.eml` : this.#view.message.parts[part].name || `part-${part + 1}`;
    offer(name.replace(/^.*[/\\]/, ""), Uint8Array.from(atob(b64), (c) => c.charCodeAt(0)));
  }
}
