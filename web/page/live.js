// The live view: the page as `ehlo lab` serves it shows the sessions of real mail programs. The core follows their trace
// and explains it; what lies in mailboxes, and errors on demand, is asked of the lab.
import { band, unband } from "./bands.js";
import { byId, h, write } from "./dom.js";
import { driver } from "./driver.js";
import { codes, t } from "./i18n.js";
import { model } from "./model.js";

// live says that this page shows a lab and not a world of its own.
export const live = new URLSearchParams(location.search).has("live");

const LIMIT = 1000; // messages that are asked for
const core = driver.call.bind(driver);
const api = (path, options) => fetch(new URL(`/api/v1/${path}`, location.origin), options);

async function json(path, options) {
  const response = await api(path, options);
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

// What the core does not know of a lab.
const own = {
  async mailboxes() {
    const [boxes, { messages }] = await Promise.all([core("mailboxes"), json(`messages?limit=${LIMIT}`)]);
    for (const box of boxes) {
      const mine = messages.filter((m) => m.address === box.address && m.mailbox === box.mailbox);
      box.messages = mine.map((m, i) => ({ ...m, seq: i + 1, from: m.from ?? "" }));
    }
    return boxes;
  },
  async message({ address, mailbox, uid }) {
    const { messages } = await json(`messages?limit=${LIMIT}`);
    const found = messages.find((m) => m.address === address && m.mailbox === mailbox && m.uid === uid);
    return { text: found ? await (await api(`messages/${found.id}/raw`)).text() : t("page.live.gone") };
  },
  async file({ address }) {
    const { messages } = await json(`messages?limit=${LIMIT}&to=${encodeURIComponent(address)}`);
    const texts = messages.filter((m) => m.address === address).map(async (m) => (await api(`messages/${m.id}/raw`)).text());
    return { text: (await Promise.all(texts)).join("\r\n") };
  },
};

if (live) driver.call = (method, args) => (own[method] ? own[method](args) : core(method, args));

// beginLive follows the lab; it resolves when the page knows what there is.
export function beginLive() {
  byId("app").classList.add("app--live");
  driver.on("dead", () => setTimeout(() => location.reload(), 1000));
  return new Promise((resolve) => {
    const source = new EventSource(new URL("/api/v1/live", location.origin));
    const follow = (begin) => ({ data }) => core("follow", { begin, events: data }).then(() => {
      unband("live");
      if (begin) model.show(newest()?.id ?? model.seat().name);
      resolve(false);
    });
    source.addEventListener("begin", follow(true));
    source.addEventListener("more", follow(false));
    source.addEventListener("error", () => band("live", { text: t("page.live.lost"), kind: "warn", picture: "warn" }));
  });
}

const newest = () => model.mine().findLast((c) => !c.over) ?? model.mine().at(-1);

// initLive draws the panel beside the stage, and goes along with whoever comes while nobody in view has anything to say.
export function initLive() {
  write(byId("pick-world").querySelector("b"), t("page.live"));
  document.title = `${t("page.live")} – ehlo`;
  byId("title").textContent = document.title;
  model.on("change", () => {
    const shown = model.conn(model.tab);
    if ((!model.line || model.line.auto) && (!shown || shown.over) && newest()) model.show(newest().id);
  });
  const list = h("ul.live__faults", { "aria-live": "polite" });
  byId("lesson").replaceChildren(h("div.live", null,
    h("h2", null, t("page.live")), h("p", null, codes(t("page.live.about"))),
    h("h3", null, t("page.live.doors")), h("ul.live__doors", { id: "live-doors" }),
    h("h3", null, t("page.faults")), h("p.soft", null, codes(t("page.faults.about"))), list, form(list),
    h("p", null, h("a", { href: "?world=two-domains" }, t("page.live.learn")))));
  doors();
  refresh(list);
  setInterval(() => { if (!document.hidden) refresh(list); }, 5000);
}

async function doors() {
  const { services, bridge } = await json("lab").catch(() => ({ services: [] }));
  if (bridge) byId("live-doors").after(h("p", null, h("a", { href: `?world=two-domains#bridge=${bridge}`, data: { action: "talk" } }, t("page.live.talk"))));
  byId("live-doors").replaceChildren(...services.filter((s) => s.name !== "http").map((s) => h("li", null, h("code", null, `${s.name} ${s.address}`))));
}

async function refresh(list) {
  const { faults } = await json("faults").catch(() => ({ faults: null }));
  if (!faults) return;
  list.replaceChildren(...faults.map((f) => h("li", null, h("code", null, describe(f)), " ",
    h("span.soft", null, t("page.faults.happened", { n: f.happened, of: f.matched })), " ",
    h("button.link", { type: "button", onclick: () => json(`faults/${f.id}`, { method: "DELETE" }).catch(() => {}).then(() => refresh(list)) }, t("page.faults.end")))));
}

const describe = (f) => ["service", "command", "argument", "probability", "times", "delay", "cut", "reply"]
  .filter((name) => f[name] !== undefined && f[name] !== "" && !(name === "probability" && f[name] === 1)).map((name) => `${name}=${f[name]}`).join(" ");

const FIELDS = { command: "RCPT", argument: "bob@", reply: "451 4.3.0 Later", delay: "2s", cut: "3", probability: "0.5", times: "1" };

function form(list) {
  const said = h("p.live__said", { role: "status" });
  return h("form.live__form", {
    onsubmit: async (event) => {
      event.preventDefault();
      const fault = {};
      for (const [name, value] of new FormData(event.target)) {
        if (value.trim()) fault[name] = ["cut", "probability", "times"].includes(name) ? Number(value) : value.trim();
      }
      try {
        await json("faults", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fault) });
        write(said, "");
        event.target.reset();
      } catch (e) {
        write(said, e.message);
      }
      refresh(list);
    },
  }, Object.entries(FIELDS).map(([name, example]) => h("label", null, h("span", null, t(`page.faults.${name}`)),
    h("input", { name, type: "text", placeholder: example, autocomplete: "off", spellcheck: false }))),
  h("button.btn", { type: "submit" }, t("page.faults.add")), said);
}
