// Changing the world on its stage: a bar adds what there is to add, a click on a host or Enter in the list of what is on the stage offers what can
// be done there, a line dragged from host to host is a link. All of it goes the way of the World tab's changes. Whatever is dragged can be done by
// clicks and by keys too: the form has the same fields, and a host that is chosen goes into the next of them.
import { KINDS, worldForm } from "./worldform.js";

export function onStage(page, world) {
  const { fault, h, model, s, t } = page;
  let stage = null; // what lies over the picture, while the world is changed there: stage/view.js
  let bar = null;
  let panel = null; // what is asked or offered, above the bar's buttons
  let form = null; // its form, where it has one
  let at = null; // where on the stage a new host is to stand
  let before = null; // what had the focus before the panel
  let rubber = null; // the line that is dragged
  let undo = null;
  const said = h("p.stage__said", { role: "status" });

  // editStage begins to change the world on the stage, or ends it.
  async function editStage(given) {
    if (stage) return end();
    await world.openWorld();
    stage = given;
    undo = button("undo", () => run(world.undoWorld));
    bar = h("section.stage__edit", { "aria-label": t("bench.stage") },
      h("div.stage__panel"), said,
      h("div.rowbtn", { role: "group", "aria-label": t("bench.world.add") }, KINDS.map((kind) => h("button.btn", { type: "button", data: { stage: kind }, "aria-label": t(`bench.stage.add.${kind}`), onclick: () => add(kind) }, "+ ", t(`bench.stage.${kind}`))),
        undo, button("done", end)));
    panel = bar.firstChild;
    document.addEventListener("keydown", keys, true);
    stage.box.after(bar);
    stage.begin({ touch, drag, drop, still, hostAt });
    tell("bench.stage.about");
    bar.querySelector("button").focus();
  }

  const button = (id, onclick) => h("button.btn", { type: "button", data: { stage: id }, onclick }, t(`bench.stage.${id}`));

  function end() {
    still();
    close();
    document.removeEventListener("keydown", keys, true);
    bar.remove();
    const { end: ended } = stage;
    stage = bar = panel = null;
    ended();
  }

  function tell(id, args) {
    said.textContent = t(id, args);
    undo.disabled = !world.undoable();
  }

  // keys are those of the stage and of the bar; nowhere else do they mean anything.
  function keys(event) {
    if (event.target !== document.body && !bar.parentNode.contains(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.closest("input")) run(world.undoWorld);
    else if (event.key === "Escape" && panel.firstChild) close();
    else if (event.key === "Escape" && bar.contains(event.target)) end();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // run changes the world and says what has become of it.
  async function run(change) {
    try {
      await world.openWorld();
      const done = await change();
      if (!stage) return;
      if (done === true) close();
      await stage.restored();
      tell(done === true ? "bench.stage.changed" : "bench.stage.about");
    } catch (e) {
      fault(e.message);
    }
  }

  // --- What is asked and offered.

  function open(...what) {
    if (!panel.firstChild) before = document.activeElement === document.body ? null : document.activeElement;
    panel.replaceChildren(...what);
    panel.querySelector("input, select, button").focus();
  }

  function close() {
    const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
    form = at = null;
    panel.replaceChildren();
    if (inside) (before?.isConnected ? before : bar.querySelector("button")).focus();
  }

  // add asks for one thing more.
  async function add(kind, given = {}) {
    await world.openWorld();
    if (!stage) return; // it has ended meanwhile
    const outline = world.outline();
    if (!outline) return tell("bench.world.broken");
    if (kind !== "host") at = null;
    form = worldForm(page, { kind, outline, given: { ...given, ...suggested(kind, given, outline) }, prefix: "stage-", last: button("cancel", close),
      add: (edit) => run(() => world.changeWorld(edit, kind === "host" && at ? { [edit.name]: at } : {})) });
    form.node.setAttribute("aria-label", t(`bench.stage.add.${kind}`));
    open(form.node);
    const field = form.node.querySelector("input[value^='@']");
    field?.focus();
    field?.setSelectionRange(0, 0);
    tell(`bench.stage.how.${kind}`);
  }

  // suggested is what is likely, where somebody has chosen a host.
  function suggested(kind, { host }, { domains, hosts, zones }) {
    const of = host && hosts.find((one) => one.name === host);
    if (!of) return {};
    const domain = domains.find((d) => d.mx === host) ?? domains.find((d) => host.endsWith(`.${d.name}`));
    if (kind === "user") return domain ? { name: `@${domain.name}` } : {};
    if (kind !== "record") return { a: host, in: host };
    const zone = zones.find((z) => host.endsWith(`.${z.name}`))?.name ?? domain?.name;
    return { name: zone, a: host, record: zone && host.endsWith(`.${zone}`) ? `www IN A ${of.address}` : undefined };
  }

  // touch is a click on something of the stage, or Enter in the list of it; on the ground what is null.
  async function touch(what, p) {
    const host = hostOf(what);
    if (host && form?.fill(host)) return;
    if (!what && form && form.kind !== "host") return;
    if (!what) {
      at = stage.place(p);
      return form ?? add("host");
    }
    await world.openWorld();
    const outline = world.outline();
    if (!outline) return tell("bench.world.broken");
    const gone = removal(what, outline);
    const more = what.kind === "host" ? ["link", "user", "service", "domain", "record"] : [];
    if (!gone && !more.length) return tell("bench.stage.about");
    const name = stage.titleOf(what);
    open(h("div.stage__offers", { role: "group", "aria-label": name }, h("h3", null, name), h("div.rowbtn", null,
      more.map((kind) => h("button.btn", { type: "button", data: { offer: kind }, onclick: () => add(kind, { host }) }, t(`bench.stage.add.${kind}`))),
      gone ? h("button.btn", { type: "button", data: { offer: "remove" }, onclick: () => run(() => world.changeWorld({ do: "remove", ...gone })) }, t("bench.world.remove")) : null,
      button("cancel", close))));
  }

  const hostOf = (what) => (what?.kind === "host" || what?.kind === "door" ? what.name : what?.kind === "mailbox" ? what.peer : "");

  // removal is the edit that takes something of the stage away, null where none does.
  function removal({ kind, name, peer, num }, outline) {
    const within = outline.hosts.findIndex((host) => host.name === name);
    const at = {
      host: () => within,
      link: () => outline.links.findIndex(({ a, b }) => (a === name && b === peer) || (a === peer && b === name)),
      mailbox: () => outline.users.findIndex((user) => user.address === name),
      door: () => {
        const door = model.state.world.hosts.find((host) => host.name === name)?.services?.find(({ port }) => port === num);
        return outline.hosts[within]?.services.findIndex(({ protocol, port }) => (port ? Number(port) === num : protocol === door?.protocol)) ?? -1;
      },
    }[kind]?.() ?? -1;
    return at < 0 ? null : { kind: { mailbox: "user", door: "service" }[kind] ?? kind, at, in: kind === "door" ? within : 0 };
  }

  // --- A line from host to host.

  // hostAt is the host whose card lies at a place, null where there is none.
  async function hostAt({ x, y }) {
    const things = (await stage.ask({ type: "things" })) ?? [];
    return things.find(({ kind, box }) => kind === "host" && x >= box[0] && x <= box[0] + box[2] && y >= box[1] && y <= box[1] + box[3]) ?? null;
  }

  function drag(from, p) {
    if (!rubber) {
      rubber = s("svg.stage__rubber", { "aria-hidden": "true" }, s("line"));
      stage.box.append(rubber);
      tell("bench.stage.drop", { name: from.name });
    }
    const [x, y, w, hh] = from.box;
    for (const [name, value] of Object.entries({ x1: x + w / 2, y1: y + hh / 2, x2: p.x, y2: p.y })) rubber.firstChild.setAttribute(name, value);
  }

  async function drop(from, p) {
    still();
    const to = await hostAt(p);
    if (!to || to.name === from.name) return tell("bench.stage.about");
    return run(() => world.changeWorld({ do: "add", kind: "link", a: from.name, b: to.name, latency: "10ms" }));
  }

  // still ends a line that leads nowhere.
  function still() {
    rubber?.remove();
    rubber = null;
  }

  return { editStage };
}
