// What lies over the picture of the stage: it takes the pointer and the keyboard, asks the stage what is where, moves the
// camera and the hosts, and names and opens what is touched. It reaches the page by what it is given.
const ZOOM = 1.25; // by a press of a button
const MOST = 8;
const STILL = 5; // px that a press may move and still be a click
const STEP = 0.02; // of the surface: how far an arrow key moves a host

export function initView(page) {
  const { box, tools, post, ask, live, h, icon, label, t, menu, model, store } = page;
  const camera = { zoom: 1, x: 0, y: 0 };
  let follow = false;
  let editor = null; // what clicks and drags go to while the world is changed: bench/onstage.js
  let pins = {};
  let world = "";
  const over = h("div.stage__over", { id: "stage-over" });
  const list = h("ul.stage__list", { id: "stage-list", "aria-label": t("page.stage.list") });
  box.querySelector("#stage-over")?.remove();
  box.append(over, list);

  // --- The camera.

  const see = () => post({ type: "camera", ...camera });

  function look(zoom, x, y) {
    if (follow) setFollow(false);
    camera.zoom = Math.min(Math.max(zoom, 1), MOST);
    const most = 1 - 1 / camera.zoom;
    camera.x = Math.min(Math.max(x, 0), box.clientWidth * most);
    camera.y = Math.min(Math.max(y, 0), box.clientHeight * most);
    over.classList.toggle("stage__over--pans", camera.zoom > 1);
    see();
    refresh();
  }

  // zoomAt keeps the place that lies at a point where it is.
  function zoomAt(factor, px = box.clientWidth / 2, py = box.clientHeight / 2) {
    const zoom = Math.min(Math.max(camera.zoom * factor, 1), MOST);
    look(zoom, camera.x + px / camera.zoom - px / zoom, camera.y + py / camera.zoom - py / zoom);
  }

  async function takeCamera() {
    const seen = await ask({ type: "seen" });
    if (seen) Object.assign(camera, { zoom: seen.zoom, x: seen.x, y: seen.y });
  }

  function setFollow(on) {
    follow = on;
    buttons.follow.setAttribute("aria-pressed", String(on));
    if (on) followNow();
    else takeCamera().then(() => see());
  }

  function followNow() {
    const id = typeof model.tab === "number" ? model.tab : 0;
    post({ type: "follow", conn: follow ? id : 0 });
  }

  model.on("tab", () => { if (follow) followNow(); });

  // --- Hosts that were put elsewhere, kept for each world.

  async function restored() {
    world = model.state.world.name;
    pins = (await store.get(`stage/${world}`)) ?? {};
    post({ type: "unpin" });
    for (const [host, [x, y]] of Object.entries(pins)) post({ type: "pin", host, x, y });
    if (camera.zoom > 1) see();
    if (follow) followNow();
  }

  function pin(host, x, y, keep = true) {
    pins[host] = [x, y];
    post({ type: "pin", host, x, y });
    if (keep) store.put(`stage/${world}`, pins);
  }

  function unpin() {
    pins = {};
    post({ type: "unpin" });
    store.put(`stage/${world}`, pins);
  }

  // --- Buttons.

  const button = (picture, id, run) => {
    const b = h("button.ibtn", { type: "button", onclick: run }, icon(picture));
    label(b, t(id));
    return b;
  };
  const buttons = {
    out: button("minus", "page.stage.zoom-out", () => zoomAt(1 / ZOOM)),
    in: button("plus", "page.stage.zoom-in", () => zoomAt(ZOOM)),
    fit: button("expand", "page.stage.fit", () => look(1, 0, 0)),
    follow: button("spot", "page.stage.follow", () => setFollow(!follow)),
    edit: button("world", "page.stage.edit", () => edit()),
    more: button("more", "page.stage.more"),
  };
  for (const one of ["follow", "edit"]) buttons[one].setAttribute("aria-pressed", "false");
  buttons.more.setAttribute("aria-haspopup", "menu");
  tools.querySelectorAll("[data-view]").forEach((b) => b.remove());
  const ladder = tools.firstElementChild;
  for (const [name, b] of Object.entries(buttons)) {
    b.dataset.view = name;
    if (name === "more") tools.append(b);
    else ladder.before(b);
  }
  const save = (how) => import("./export.js").then((m) => m.save(how, { ...page, over }));
  const pictures = () => [
    { text: t("page.stage.save-png"), note: "PNG", run: () => save("png") },
    { text: t("page.stage.save-svg"), note: "SVG", run: () => save("svg") },
    { text: t("page.stage.save-gif"), note: "GIF", run: () => save("gif") },
    Object.keys(pins).length > 0 && { text: t("page.stage.unpin"), cut: true, run: unpin },
  ];
  menu(buttons.more, pictures);
  // items are the buttons as a menu, for a page that has no room for them over the picture.
  const items = () => [
    t("page.stage"),
    ...["in", "out", "fit"].map((name) => ({ text: buttons[name].getAttribute("aria-label"), run: () => buttons[name].click() })),
    { text: buttons.follow.getAttribute("aria-label"), checked: follow, run: () => setFollow(!follow) },
    page.hasTime() && { text: t("page.stage.edit"), checked: editor !== null, run: edit },
    ...pictures(),
  ];

  // edit begins to change the world by hand here, or ends it.
  function edit() {
    const set = (one) => {
      editor = one;
      hide();
      buttons.edit.setAttribute("aria-pressed", String(one !== null));
      over.classList.toggle("stage__over--edits", one !== null);
    };
    const end = () => {
      set(null);
      if (buttons.edit.checkVisibility()) buttons.edit.focus();
    };
    const place = ({ x, y }) => [(camera.x + x / camera.zoom) / box.clientWidth, (camera.y + y / camera.zoom) / box.clientHeight];
    return page.bench("editStage", { ask, box, begin: set, end, place, restored, titleOf });
  }

  // --- The pointer.

  const at = (event) => {
    const r = over.getBoundingClientRect();
    return { x: event.clientX - r.left, y: event.clientY - r.top };
  };
  const fingers = new Map();
  let press = null; // {x, y, what, moved, from}: a press that goes on
  let span = 0;
  let hovering = false;

  over.addEventListener("pointerdown", async (event) => {
    if (event.button !== 0) return;
    const p = at(event);
    fingers.set(event.pointerId, p);
    over.setPointerCapture(event.pointerId);
    hide();
    if (fingers.size === 2) {
      press = null;
      editor?.still();
      const [a, b] = fingers.values();
      span = Math.hypot(a.x - b.x, a.y - b.y);
      return;
    }
    const mine = (press = { ...p, moved: false, camera: { ...camera }, what: undefined });
    const what = await ask({ type: "hit", ...p });
    if (editor) mine.from = await editor.hostAt(p);
    else if (what?.kind === "host") mine.grip = middle(what, p);
    mine.what = what;
  });
  // middle is how far the press is from the middle of a host, in pixels.
  const middle = ({ box: [x, y, w, hh] }, p) => ({ x: x + w / 2 - p.x, y: y + hh / 2 - p.y });

  over.addEventListener("pointermove", (event) => {
    const p = at(event);
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, p);
    if (fingers.size === 2) return pinch();
    if (!press) return event.pointerType === "mouse" ? hover(p) : undefined;
    if (!press.moved && Math.hypot(p.x - press.x, p.y - press.y) < STILL) return undefined;
    if (press.what === undefined) return undefined; // the stage has not said yet what was pressed
    press.moved = true;
    if (press.grip) drag(p, false);
    else if (press.from) editor?.drag(press.from, p);
    else if (camera.zoom > 1) look(camera.zoom, press.camera.x - (p.x - press.x) / camera.zoom, press.camera.y - (p.y - press.y) / camera.zoom);
    return undefined;
  });

  function drag(p, keep) {
    const x = (camera.x + (p.x + press.grip.x) / camera.zoom) / box.clientWidth;
    const y = (camera.y + (p.y + press.grip.y) / camera.zoom) / box.clientHeight;
    pin(press.what.name, Math.min(Math.max(x, 0), 1), Math.min(Math.max(y, 0), 1), keep);
  }

  function pinch() {
    const [a, b] = fingers.values();
    const now = Math.hypot(a.x - b.x, a.y - b.y);
    if (span > 0) zoomAt(now / span, (a.x + b.x) / 2, (a.y + b.y) / 2);
    span = now;
  }

  const up = async (event) => {
    fingers.delete(event.pointerId);
    const mine = press;
    press = null;
    if (!mine || event.type === "pointercancel") return void editor?.still();
    if (mine.moved) {
      if (mine.from) editor?.drop(mine.from, at(event));
      if (mine.grip) {
        press = mine;
        drag(at(event), true);
        press = null;
      }
      return;
    }
    mine.what ??= await ask({ type: "hit", x: mine.x, y: mine.y });
    if (editor) editor.touch(mine.what, mine);
    else if (mine.what) open(mine.what, event.pointerType !== "mouse");
  };
  over.addEventListener("pointerup", up);
  over.addEventListener("pointercancel", up);
  over.addEventListener("pointerleave", hide);
  over.addEventListener("wheel", (event) => {
    event.preventDefault();
    const p = at(event);
    zoomAt(Math.exp(-Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 100) / 400), p.x, p.y);
  }, { passive: false });

  async function hover(p) {
    if (hovering || !live()) return;
    hovering = true;
    const what = await ask({ type: "hit", ...p });
    hovering = false;
    over.style.cursor = editor ? "" : what ? (what.kind === "host" ? "grab" : "pointer") : "";
    if (what) tip(what);
    else hide();
  }

  // --- What a thing is, in words, beside it.

  const titleOf = ({ title }) => t(title.id, { ...title.args, name: title.args.name || "—" });
  let tipNode = null;

  function hide() {
    tipNode?.remove();
    tipNode = null;
  }

  function explain(what) {
    const host = what.kind === "host" && model.state.world.hosts.find((x) => x.name === what.name);
    if (host) {
      const doors = (host.services ?? []).map((d) => `${d.protocol.toUpperCase()} ${d.port}`).join(", ");
      return [h("b", null, host.name), ` ${host.address}${host.person ? ` · ${host.person}` : ""}${doors ? ` · ${doors}` : ""}`];
    }
    if (what.kind === "line") {
      const line = model.events.find((e) => e.seq === what.seq && e.kind === "line");
      if (line && !line.sealed) return [h("code", null, page.text(line).trim().slice(0, 160)), h("br"), titleOf(what)];
    }
    if (what.kind === "stop") {
      const line = model.events.find((e) => e.seq === what.seq);
      if (line?.kind === "line") return [h("code", null, page.text(line).trim().slice(0, 160))];
    }
    return [titleOf(what)];
  }

  function tip(what) {
    hide();
    tipNode = h("p.stage__tip", { id: "stage-tip", role: "status" }, explain(what));
    box.append(tipNode);
    const [x, y, w, hh] = what.box;
    const { offsetWidth: tw, offsetHeight: th } = tipNode;
    const below = y + hh + 8 + th < box.clientHeight;
    tipNode.style.left = `${Math.max(8, Math.min(x + w / 2 - tw / 2, box.clientWidth - tw - 8))}px`;
    tipNode.style.top = `${Math.max(8, below ? y + hh + 8 : y - th - 8)}px`;
  }

  // open does what a click on a thing is for; a finger, which cannot hover, also gets the words.
  function open(what, finger) {
    const { kind, name, conn, seq } = what;
    if (finger || kind === "host" || kind === "door" || kind === "slip" || kind === "link") tip(what);
    if (kind === "host") page.openShell(name);
    else if (kind === "line" || kind === "stop") {
      const line = model.events.find((e) => e.seq === seq && e.kind === "line");
      if (line && model.conn(line.conn)?.mine) model.show(line.conn);
      if (line) model.explain(line);
      page.inspect("explain");
    } else if (kind === "conn" || kind === "lock") {
      if (conn && model.conn(conn)?.mine) {
        model.show(conn);
        page.showPane("console");
      } else page.inspect("ladder");
    } else if (kind === "mailbox") page.inspect("mailbox");
    else if (kind === "letter") import("./letter.js").then((m) => m.showLetter(what, page));
    page.emit("hit", what);
  }

  // --- The same by keyboard: a list of all that is in the picture, each item lying where the thing is.

  const lead = h("button.stage__lead", { type: "button" }, t("page.stage.list"));
  list.append(h("li", null, lead));
  lead.addEventListener("click", () => refresh(true));
  let entered = false;
  let filling = false;
  let entering = false; // somebody came in meanwhile

  async function refresh(first = false) {
    entering ||= first;
    if (!entering && !entered || filling) return;
    filling = true;
    const things = (await ask({ type: "things" })) ?? [];
    filling = false;
    first = entering;
    entering = !things.length && document.activeElement === lead; // a stage that begins anew has nothing yet: its first frame goes on
    if (entering) return;
    if (!first && !list.contains(document.activeElement)) return leave(); // it was left meanwhile
    if (!first && !entered) return;
    const had = list.querySelector("button[data-key]:focus")?.dataset.key;
    entered = things.length > 0;
    const key = (x) => [x.kind, x.name, x.peer, x.seq, x.num].join();
    const old = new Map([...list.querySelectorAll("button[data-key]")].map((b) => [b.dataset.key, b]));
    const items = things.map((what) => {
      const b = old.get(key(what)) ?? h("button", { type: "button", data: { key: key(what) }, tabindex: -1 });
      const name = titleOf(what);
      if (b.textContent !== name) b.textContent = name;
      const [x, y, w, hh] = what.box;
      Object.assign(b.style, { left: `${x - 3}px`, top: `${y - 3}px`, width: `${w + 6}px`, height: `${hh + 6}px` });
      b.what = what;
      return b;
    });
    const same = items.length === old.size && items.every((b, i) => b.parentElement === list.children[i + 1]);
    if (!same) list.replaceChildren(lead.parentElement, ...items.map((b) => h("li", null, b)));
    if (first || had && !items.some((b) => b.dataset.key === had)) items[0]?.focus();
    else if (had) items.find((b) => b.dataset.key === had)?.focus();
  }

  list.addEventListener("focusin", ({ target }) => { if (target.what) tip(target.what); });
  list.addEventListener("focusout", ({ relatedTarget }) => {
    if (!filling && !list.contains(relatedTarget)) leave();
  });

  function leave() {
    entered = false;
    hide();
    list.replaceChildren(lead.parentElement);
  }

  list.addEventListener("click", ({ target }) => {
    if (target.what && editor) editor.touch(target.what);
    else if (target.what) open(target.what, false);
  });
  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { what } = event.target;
    const arrow = { ArrowRight: [1, 0], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowUp: [0, -1] }[event.key];
    if (what?.kind === "host" && event.shiftKey && arrow) {
      const [x, y, w, hh] = what.box;
      pin(what.name, Math.min(Math.max((camera.x + (x + w / 2) / camera.zoom) / box.clientWidth + arrow[0] * STEP, 0), 1),
        Math.min(Math.max((camera.y + (y + hh / 2) / camera.zoom) / box.clientHeight + arrow[1] * STEP, 0), 1));
      refresh();
    } else if (event.key === "Escape") lead.focus();
    else {
      const items = [...list.querySelectorAll("button[data-key]")];
      const now = items.indexOf(event.target);
      const to = arrow ? now + arrow[0] + arrow[1] : { Home: 0, End: items.length - 1 }[event.key];
      if (to === undefined || !items[to]) return;
      items[to].focus();
    }
    event.preventDefault();
    event.stopPropagation();
  });

  let due = 0;
  // moved is called when the picture has changed.
  function moved() {
    if (model.state.world.name !== world) restored();
    if (!entered || due) return;
    due = setTimeout(() => {
      due = 0;
      refresh();
    }, 200);
  }

  return { restored, moved, items, edit };
}
