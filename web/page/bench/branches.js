// Branches: ways that the work in a lesson or a world took, by name. One of them is open; its log is the work of the slot. The others
// lie beside it in the browser's store, each with its log, and stay as they are until they are opened.
import { difference } from "./diff.js";

export function branching(page) {
  const { act, band, clock, dialog, driver, fault, h, loadLog, model, save, slotName, store, t } = page;
  let removed = null; // what was deleted last: {branch, place}
  let box = null; // the list in the dialog

  const key = () => `branches:${slotName()}`;

  // kept is {current, list: [{id, name, log, end, inputs}]}: of the open one, log, end and inputs are as they were when it was left.
  async function kept() {
    const all = await store.get(key());
    return all?.list?.length ? all : { current: 1, list: [{ id: 1, name: t("bench.branch.first") }] };
  }

  const find = ({ list }, which) => list.find(({ id, name }) => id === which || name === which);

  // here is what a branch is up to now.
  async function here() {
    const { log } = await driver.call("export");
    return { log, end: model.state.end, inputs: model.state.inputs };
  }

  // branch goes on from the moment in view under a new name; what there is until now stays under its own.
  async function branch(name = "") {
    if (model.readOnly) return void act("fork"); // says why not
    const all = await kept();
    const old = find(all, all.current);
    Object.assign(old, await here());
    if (!(await act("fork"))) return undefined;
    const id = Math.max(...all.list.map((b) => b.id)) + 1;
    const fresh = { id, name: unique(all, name.trim() || t("bench.branch.new", { n: id })) };
    all.list.push(fresh);
    all.current = id;
    await store.put(key(), all);
    await save();
    band("back", { text: t("bench.branch.forked", { name: fresh.name, old: old.name }), closable: true, actions: [
      { id: "bring-back", text: t("bench.branch.return", { name: old.name }), run: () => openBranch(old.id).catch((e) => fault(e.message)) },
      { id: "branches", text: t("page.branches"), stays: true, run: showBranches },
    ] });
    return fresh;
  }

  // unique makes a name one that no other branch has.
  function unique({ list }, name, own) {
    let made = name;
    for (let n = 2; list.some((b) => b.id !== own && b.name === made); n++) made = `${name} (${n})`;
    return made;
  }

  async function wanted(which) {
    const all = await kept();
    const one = find(all, which);
    if (!one) throw new Error(t("bench.branch.none", { name: which }));
    return { all, one };
  }

  // openBranch goes on in another branch, by its number or name.
  async function openBranch(which) {
    const { all, one } = await wanted(which);
    if (one.id === all.current || model.readOnly) return one;
    await save();
    Object.assign(find(all, all.current), await here());
    await loadLog(one.log, model.state.lesson?.id, true);
    all.current = one.id;
    await store.put(key(), all);
    return one;
  }

  async function renameBranch(which, name) {
    const { all, one } = await wanted(which);
    if (name.trim()) one.name = unique(all, name.trim(), one.id);
    await store.put(key(), all);
    return one;
  }

  // deleteBranch deletes one that is not open.
  async function deleteBranch(which) {
    const { all, one } = await wanted(which);
    if (one.id === all.current) throw new Error(t("bench.branch.open", { name: one.name }));
    removed = { branch: one, place: all.list.indexOf(one) };
    all.list.splice(removed.place, 1);
    await store.put(key(), all);
    return one;
  }

  async function undelete() {
    const all = await kept();
    const { branch, place } = removed;
    removed = null;
    branch.name = unique(all, branch.name);
    all.list.splice(place, 0, branch);
    await store.put(key(), all);
    return draw();
  }

  // branches lists them: [{id, name, open, end, inputs}].
  async function branches() {
    const all = await kept();
    return all.list.map(({ id, name, end = 0, inputs = 0 }) => (id === all.current ? { id, name, open: true, end: model.state.end, inputs: model.state.inputs } : { id, name, open: false, end, inputs }));
  }

  // diff says how two branches differ (lessons/compare), by their numbers or names.
  async function diff(a, b) {
    const { all, one } = await wanted(a);
    const { one: other } = await wanted(b);
    const outcome = async ({ id, log }) => driver.call("outcome", { log: id === all.current ? (await here()).log : log });
    const answer = await page.compared({ a: await outcome(one), b: await outcome(other) });
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  // showBranches shows the dialog.
  async function showBranches() {
    removed = null;
    box = h("div.saves");
    const name = h("input", { type: "text", name: "name", "aria-label": t("bench.branch.name"), placeholder: t("bench.branch.name"), autocomplete: "off", maxlength: 80 });
    const start = async (event) => {
      event.preventDefault();
      await branch(name.value);
      name.value = "";
      await draw();
    };
    const node = dialog(t("page.branches"), h("p", null, t("bench.branch.about")),
      h("form.saves__new", { onsubmit: start }, name, h("button.btn.btn--main", { type: "submit", data: { action: "branch" } }, t("bench.branch.start"))), box);
    await draw();
    return node;
  }

  async function draw() {
    const list = await branches();
    const open = list.find((b) => b.open);
    box.replaceChildren(
      removed ? h("p", { role: "status" }, t("page.saves.deleted", { name: removed.branch.name }), " ", h("button.btn", { type: "button", data: { action: "undelete" }, onclick: undelete }, t("page.bring-back"))) : "",
      h("ul.saves__list", null, list.map((one) => row(one, open))));
  }

  function row(one, open) {
    const button = (action, run) => h("button.btn", { type: "button", data: { action }, "aria-label": t(`bench.branch.${action}.it`, { name: one.name, open: open.name }), onclick: () => run().catch((e) => fault(e.message)) }, t(`bench.branch.${action}`));
    const node = h("li", one.open ? { "aria-current": "true" } : null,
      h("div", null, h("b", null, one.name), h("span.soft", null, [one.open ? t("bench.branch.is-open") : "", t("page.saves.lines", { n: one.inputs }), clock(one.end)].filter(Boolean).join(" · "))),
      h("div.rowbtn", null,
        one.open ? null : button("go", async () => {
          document.querySelector("dialog")?.close();
          await openBranch(one.id);
        }),
        one.open ? null : button("compare", () => difference(page, open, one, diff)),
        button("rename", async () => rename(one, node)),
        one.open ? null : button("delete", async () => {
          await deleteBranch(one.id);
          await draw();
          box.querySelector('[data-action="undelete"]')?.focus();
        })));
    return node;
  }

  function rename(one, node) {
    const field = h("input", { type: "text", value: one.name, "aria-label": t("bench.branch.name"), autocomplete: "off", maxlength: 80 });
    const done = async (event) => {
      event.preventDefault();
      await renameBranch(one.id, field.value);
      await draw();
    };
    node.replaceChildren(h("form.saves__new", { onsubmit: done }, field, h("button.btn", { type: "submit" }, t("bench.branch.rename"))));
    field.select();
  }

  return { branch, branches, openBranch, renameBranch, deleteBranch, diff, showBranches };
}
