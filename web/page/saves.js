// Saved worlds: copies of the work under names of their own, beside what each lesson and world keeps by itself. A copy never
// changes; opening one goes on with its work in the slot of its lesson or world, and what was there can be brought back.
import { fault } from "./act.js";
import { dialog, offer } from "./dialogs.js";
import { h } from "./dom.js";
import { driver } from "./driver.js";
import { t } from "./i18n.js";
import { model } from "./model.js";
import { loadLog, save } from "./session.js";
import { store } from "./store.js";

const PREFIX = "saved:";
let removed = null; // what was deleted last: {key, value}

// list resolves with the saved worlds, the newest first: [{key, name, title, log, lesson, at}].
export async function list() {
  const keys = await store.keys(PREFIX);
  const all = await Promise.all(keys.map(async (key) => ({ key, ...await store.get(key) })));
  return all.sort((a, b) => b.at - a.at);
}

// keepAs saves the work up to now under a name.
export async function keepAs(name) {
  await save();
  const { log } = await driver.call("export");
  const { lesson, world } = model.state;
  const title = model.hello.lessons.find((l) => l.id === lesson?.id)?.title ?? world.title;
  await store.put(`${PREFIX}${Date.now()}`, { name: name.trim() || title, title, log, lesson: lesson?.id ?? null, at: Date.now() });
}

// saves shows the dialog.
export async function saves() {
  const box = h("div.saves");
  const name = h("input", { type: "text", name: "name", "aria-label": t("page.saves.name"), placeholder: t("page.saves.name"), autocomplete: "off", maxlength: 80 });
  const shown = dialog(t("page.saves"),
    h("p", null, t("page.saves.about")),
    h("form.saves__new", { onsubmit: async (event) => { event.preventDefault(); await keepAs(name.value); name.value = ""; await draw(box); } }, name,
      h("button.btn.btn--main", { type: "submit", data: { action: "keep-as" } }, t("page.saves.keep"))),
    box);
  await draw(box);
  return shown;
}

async function draw(box) {
  const all = await list();
  box.replaceChildren(
    removed ? h("p", { role: "status" }, t("page.saves.deleted", { name: removed.value.name }), " ", h("button.btn", { type: "button", data: { action: "undelete" }, onclick: () => undelete(box) }, t("page.bring-back"))) : "",
    all.length ? h("ul.saves__list", null, all.map((one) => row(one, box))) : h("p.soft", null, t("page.saves.none")));
}

function row(one, box) {
  const button = (action, run) => h("button.btn", { type: "button", data: { action }, "aria-label": t(`page.saves.${action}.it`, { name: one.name }), onclick: run }, t(`page.saves.${action}`));
  const when = new Intl.DateTimeFormat(model.hello.lang, { dateStyle: "medium", timeStyle: "short" }).format(one.at);
  return h("li", null, h("div", null, h("b", null, one.name), h("span.soft", null, [one.title, t("page.saves.lines", { n: one.log.trim().split("\n").length - 1 }), when].join(" · "))),
    h("div.rowbtn", null,
      button("open", () => open(one)),
      button("rename", (event) => rename(one, event.target.closest("li"), box)),
      button("file", () => offer(`${one.name.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.jsonl`, one.log, "application/jsonl")),
      button("delete", () => remove(one, box))));
}

async function open({ log, lesson }) {
  document.querySelector("dialog")?.close();
  await save();
  await loadLog(log, lesson).catch((e) => fault(e.message));
}

function rename({ key, ...one }, node, box) {
  const field = h("input", { type: "text", value: one.name, "aria-label": t("page.saves.name"), autocomplete: "off", maxlength: 80 });
  const done = async () => {
    if (field.value.trim()) await store.put(key, { ...one, name: field.value.trim() });
    await draw(box);
  };
  node.replaceChildren(h("form.saves__new", { onsubmit: (event) => { event.preventDefault(); done(); } }, field, h("button.btn", { type: "submit" }, t("page.saves.rename"))));
  field.select();
}

async function remove({ key, ...value }, box) {
  removed = { key, value };
  await store.delete(key);
  await draw(box);
  box.querySelector('[data-action="undelete"]')?.focus();
}

async function undelete(box) {
  const { key, value } = removed;
  removed = null;
  await store.put(key, value);
  await draw(box);
}
