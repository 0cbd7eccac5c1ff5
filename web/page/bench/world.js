// The World tab: the world that is open, changed by hand or as text. A change is made in the text of its file by the reader
// (lessons/written), and the world begins anew; what was there can be undone. It is kept under its name beside the worlds of the catalogue.
import { KINDS, worldForm } from "./worldform.js";

const DELAY = 400; // ms after the last key until what was written is read

export function worlding(page) {
  const { codes, dialog, fault, h, model, offer, t } = page;
  let name = ""; // of the world whose text is here
  let text = "";
  let outline = null;
  let problem = null;
  let undone = []; // texts before each change
  let view = "hand";
  let box = null;
  let filling = null; // the form in view, which a host of the stage can fill
  let drawn = "";
  let kind = "host";
  let taking = null; // resolves when the text of the world that is open is here
  let busy = false; // a change is under way
  let turn = Promise.resolve(); // resolves when the last change is done

  // inTurn makes changes follow each other: each is made in the text that the one before left.
  const inTurn = (run) => (...args) => (turn = turn.catch(() => {}).then(() => run(...args)));

  page.on("hit", (what) => {
    if (what?.kind !== "host" || !box?.isConnected || view !== "hand") return;
    filling?.fill(what.name);
  });

  // worldInto draws the tab.
  async function worldInto(into, anew) {
    box = into;
    if (busy) return; // who changes the world draws it then
    await openWorld();
    if (!outline || box !== into) return;
    const key = [name, model.state.seed].join();
    if (key === drawn && !anew && box.firstChild) return;
    drawn = key;
    draw();
  }

  // take gets the text of the world that is open: one's own, that of a log, or one of the catalogue.
  async function take(open) {
    const { log } = await page.driver.call("export"); // it carries a world that is not of the catalogue
    text = JSON.parse(log.split("\n", 1)[0]).worldText ?? await (await fetch(new URL(`../worlds/${open}.txt`, import.meta.url))).text();
    name = open;
    undone = [];
    await look();
  }

  // look reads the text, with one change made in it where one is given.
  async function look(edit = {}) {
    const answer = await page.changed({ name, text, edit }, model.hello.lang);
    ({ outline, problem } = answer);
    return answer;
  }

  // mine gives the world a name of its own where it is one of the catalogue.
  async function mine() {
    if (!model.hello.worlds.some((w) => w.name === name)) return;
    const own = await page.freeName(`my-${name}`);
    await page.store.put(`stage/${own}`, await page.store.get(`stage/${name}`) ?? {}); // hosts stay where somebody has put them
    name = own;
  }

  // put says where hosts stand on the stage.
  const put = async (places) => page.store.put(`stage/${name}`, { ...await page.store.get(`stage/${name}`), ...places });

  // use begins the world of a text, and keeps it; places are those of new hosts on the stage. It says whether it has begun.
  async function use(next, back = false, places = {}) {
    if (model.readOnly) return void page.act("reset"); // says why not
    box ??= h("div");
    const before = text;
    busy = true;
    try {
      await mine();
      if (Object.keys(places).length) await put(places);
      await page.bringBackAfter(async () => {
        await page.loadWorld(next, name);
        return true;
      }, "page.reset.done");
      if (!back) undone.push(before);
      text = next;
    } finally {
      busy = false;
    }
    drawn = "";
    await worldInto(box, true);
    return true;
  }

  // change makes one change by hand; where the world would then be wrong it says why, and changes nothing.
  const change = inTurn(async (edit, places) => {
    const before = { outline, problem };
    const answer = await look(edit);
    if (answer.problem) {
      ({ outline, problem } = before);
      return void dialog(t("bench.world.refused"), faults(answer.problem, () => {}));
    }
    return use(answer.text, false, places);
  });

  const undo = inTurn(async () => {
    if (!undone.length) return false;
    const before = undone.pop();
    text = before;
    await look();
    return use(before, true);
  });

  function draw() {
    const tab = (id) => h("button.btn", { type: "button", data: { world: id }, "aria-pressed": String(view === id), onclick: () => { view = id; draw(); } }, t(`bench.world.${id}`));
    box.replaceChildren(
      h("p.rowbtn", null, tab("hand"), tab("text"),
        undone.length ? h("button.btn", { type: "button", data: { world: "undo" }, onclick: () => undo().catch((e) => fault(e.message)) }, t("bench.world.undo")) : null,
        h("button.btn", { type: "button", data: { world: "stage" }, onclick: page.editOnStage }, t("bench.world.onstage")),
        h("button.btn", { type: "button", data: { world: "own" }, onclick: ownWorlds }, t("bench.world.own"))),
      view === "hand" ? byHand() : asText());
  }

  // byHand lists what there is, each with a button to remove it, and a form for one thing more.
  function byHand() {
    if (problem) return h("div", null, h("p", null, t("bench.world.broken")), faults(problem, () => { view = "text"; draw(); }));
    const remove = (what, at, inside, label) => h("button.btn.btn--bare", { type: "button", "aria-label": t("bench.world.remove.it", { name: label }), onclick: () => change({ do: "remove", kind: what, at, in: inside }).catch((e) => fault(e.message)) }, t("bench.world.remove"));
    const item = (label, what, at, inside = 0, ...more) => h("li", null, h("span", null, label), remove(what, at, inside, label), ...more);
    const part = (id, items) => h("section.box", { "aria-label": t(`bench.world.${id}`) }, h("div.box__head", null, h("h3", null, t(`bench.world.${id}`))), items.length ? h("ul.things", null, items) : null);
    return h("div.worldparts", null, form(),
      part("hosts", outline.hosts.map((host, i) => item(`${host.name} ${host.address} ${host.role}`, "host", i, 0,
        host.services.length ? h("ul.things", null, host.services.map((s, k) => item([s.protocol.toUpperCase(), s.port].filter(Boolean).join(" "), "service", k, i))) : null))),
      part("links", outline.links.map((l, i) => item(`${l.a} – ${l.b} ${l.latency}`, "link", i))),
      part("domains", outline.domains.map((d, i) => item(`${d.name} → ${d.mx}`, "domain", i))),
      part("users", outline.users.map((u, i) => item(u.address, "user", i))),
      outline.zones.map((zone, i) => part("zones", zone.records.map((record, k) => item(`${record} (${zone.name})`, "record", k, i)))));
  }

  function form() {
    const which = h("select", { name: "kind", "aria-label": t("bench.world.add"), onchange: () => { kind = which.value; draw(); } }, KINDS.map((id) => h("option", { value: id, selected: id === kind }, t(`bench.world.a.${id}`))));
    filling = worldForm(page, { kind, outline, first: h("label", null, t("bench.world.add"), which), add: (edit) => change(edit).catch((e) => fault(e.message)) });
    filling.node.append(h("p.soft", null, codes(t("bench.world.stage"))));
    return filling.node;
  }

  // asText is the file itself, with what is wrong in it at its lines.
  function asText() {
    const area = h("textarea.worldtext__area", { spellcheck: "false", autocapitalize: "none", autocomplete: "off", wrap: "off", "aria-label": t("bench.world.text") });
    const lines = h("pre.worldtext__lines", { "aria-hidden": "true" });
    const wrong = h("div", { role: "status" });
    let timer = 0;
    const number = () => {
      const bad = new Map((problem?.faults ?? []).map((f) => [f.line, f.text]));
      lines.replaceChildren(...Array.from({ length: area.value.split("\n").length }, (_, i) => h(bad.has(i + 1) ? "b" : "span", bad.has(i + 1) ? { title: bad.get(i + 1) } : null, `${i + 1}\n`)));
      wrong.replaceChildren(problem ? faults(problem, (f) => go(area, f.line)) : "");
    };
    area.value = text;
    area.addEventListener("scroll", () => (lines.scrollTop = area.scrollTop));
    area.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const answer = await page.changed({ name, text: area.value, edit: {} }, model.hello.lang);
        ({ problem } = answer);
        number();
      }, DELAY);
    });
    const apply = inTurn(async () => {
      clearTimeout(timer);
      const before = text;
      const answer = await page.changed({ name, text: area.value, edit: {} }, model.hello.lang);
      ({ problem } = answer);
      number();
      if (problem) return go(area, problem.faults[0].line);
      outline = answer.outline;
      text = before;
      return use(area.value);
    });
    number();
    return h("div.worldtext", null, h("div.worldtext__both", null, lines, area), h("p.rowbtn", null,
      h("button.btn.btn--main", { type: "button", data: { world: "apply" }, onclick: () => apply().catch((e) => fault(e.message)) }, t("bench.world.apply")),
      h("button.btn", { type: "button", onclick: () => offer(`${name}.toml`, area.value, "application/toml") }, t("page.saves.file"))), wrong);
  }

  // go puts the cursor at a line.
  function go(area, line) {
    const before = area.value.split("\n").slice(0, line - 1).join("\n").length;
    const at = before + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(at, (area.value.indexOf("\n", at) + 1 || area.value.length + 1) - 1);
  }

  const faults = (wrong, run) => h("ol.wrongs", null, wrong.faults.map((f) => h("li", null, h("button.btn.btn--bare", { type: "button", onclick: () => run(f) }, t("bench.world.line", { n: f.line })), " ", h("code", null, f.key), " ", codes(f.text))));

  // ownWorlds lists the worlds that are one's own.
  async function ownWorlds() {
    const list = h("div.saves");
    const node = dialog(t("bench.world.own"), h("p", null, t("bench.world.own.about")), h("p.rowbtn", null, h("button.btn", { type: "button", onclick: page.pickFile }, t("page.take.open"))), list);
    await listOwn(list);
    return node;
  }

  async function listOwn(list) {
    const all = await page.ownWorlds();
    list.replaceChildren(all.length ? h("ul.saves__list", null, all.map((one) => ownRow(one, list))) : h("p.soft", null, t("bench.world.none")));
  }

  function ownRow(one, list) {
    const button = (action, run) => h("button.btn", { type: "button", data: { action }, "aria-label": t(`page.saves.${action}.it`, { name: one.name }), onclick: () => Promise.resolve(run()).catch((e) => fault(e.message)) }, t(`page.saves.${action}`));
    const row = h("li", null, h("div", null, h("b", null, one.title || one.name), h("span.soft", null, one.name)), h("div.rowbtn", null,
      button("open", async () => {
        document.querySelector("dialog")?.close();
        await page.choose({ world: one.name });
      }),
      button("rename", () => {
        const field = h("input", { type: "text", value: one.name, "aria-label": t("page.saves.name"), autocomplete: "off", maxlength: 60 });
        row.replaceChildren(h("form.saves__new", { onsubmit: async (event) => {
          event.preventDefault();
          await renameWorld(one.name, field.value).catch((e) => fault(e.message));
          await listOwn(list);
        } }, field, h("button.btn", { type: "submit" }, t("page.saves.rename"))));
        field.select();
      }),
      button("file", () => offer(`${one.name}.toml`, one.text, "application/toml")),
      one.name === model.state.world.name ? null : button("delete", async () => {
        await deleteWorld(one.name);
        await listOwn(list);
      })));
    return row;
  }

  // renameWorld gives a world of one's own another name; work in it goes along where it is open.
  async function renameWorld(old, wanted) {
    const fresh = wanted.trim().toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "");
    const one = await page.ownWorld(old);
    if (!one || !fresh || fresh === old) return;
    if (model.hello.worlds.some((w) => w.name === fresh) || await page.ownWorld(fresh)) throw new Error(t("bench.world.taken", { name: fresh }));
    await page.keepWorld({ ...one, name: fresh });
    await page.store.put(`stage/${fresh}`, await page.store.get(`stage/${old}`) ?? {});
    await page.dropWorld(old);
    if (model.state.world.name === old) await page.choose({ world: fresh });
  }

  const deleteWorld = (old) => page.dropWorld(old);

  // editWorld makes a change in the world that is open, for programs.
  const editWorld = inTurn(async (edit) => {
    await openWorld();
    const answer = await look(edit);
    if (answer.problem) throw new Error(answer.problem.detail);
    await use(answer.text);
    return answer.outline;
  });

  // openWorld reads the world that is open where another was read last.
  async function openWorld() {
    if (model.state.world.name !== name) await (taking ??= take(model.state.world.name).finally(() => (taking = null)));
  }

  return { worldInto, editWorld, undoWorld: undo, renameWorld, deleteWorld, openWorld, changeWorld: change, outline: () => (problem ? null : outline), undoable: () => undone.length > 0 };
}
