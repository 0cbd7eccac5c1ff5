// The timeline: a mark for each line and message of the world, and a slider that seeks.
import { act } from "./act.js";
import { byId, s } from "./dom.js";
import { clock } from "./format.js";
import { t } from "./i18n.js";
import { late } from "./late.js";
import { model } from "./model.js";

const HEIGHT = 60;
const PAD = 28;
const SORTS = ["4", "5", "c", "s", "l", "x"]; // of marks, in the order in which they lie over each other
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 108e5, 216e5, 864e5].map((ms) => ms * 1e6);

let box, slider, svg, still, moving, cursor;
let width = 0;
let scale = { range: 0, step: 0 };
let seeking = false;
let wanted = null;

export function initTimeline() {
  box = byId("timeline");
  slider = box.querySelector("input");
  still = s("g");
  moving = { future: s("rect.tl-future", { y: 0, height: HEIGHT }), axis: s("path.tl-axis"), past: s("path.tl-past"), end: s("path.tl-axis") };
  cursor = { head: s("path.tl-head"), flag: s("rect.tl-flag", { y: 40, height: 20 }), now: s("text.tl-now", { y: 54, "text-anchor": "middle" }) };
  svg = box.querySelector("svg");
  svg.append(s("g", null, Object.values(moving)), still, s("g.tl-cursor", null, Object.values(cursor)));
  slider.addEventListener("input", () => seek(Number(slider.value)));
  slider.addEventListener("keydown", keys);
  new ResizeObserver(() => {
    width = box.clientWidth;
    if (width && model.state) redraw();
  }).observe(box);
  model.on("events", ({ keep }) => { if (keep < drawn) drawn = -1; });
  model.on("change", late(() => (width ? draw() : undefined)));
}

let drawn = -1; // how many events have marks; below 0 the whole line is drawn anew
let paths = {}; // for each sort of mark its shapes and the path that shows them

// seek asks for one moment at a time: while the core is busy only the newest wish is kept.
async function seek(at) {
  wanted = at;
  if (seeking) return;
  seeking = true;
  while (wanted !== null) {
    const to = Math.min(wanted, model.state.end);
    wanted = null;
    await act("seek", { t: Math.round(to) });
  }
  seeking = false;
}

function keys(event) {
  const method = { ArrowRight: "step", ArrowUp: "step", ArrowLeft: "back", ArrowDown: "back" }[event.key];
  if (!method || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(method);
}

function redraw() {
  drawn = -1;
  draw();
}

function draw() {
  const { now, end } = model.state;
  const last = Math.max(end, now, 1e8);
  if (drawn < 0 || last > scale.range) {
    scale = fit(last);
    slider.max = scale.range;
    ground();
    drawn = 0;
  }
  marks();
  head();
  if (!seeking) slider.value = now;
  slider.setAttribute("aria-valuetext", t("page.timeline.at", { now: clock(now), end: clock(end) }));
}

// fit chooses a step so that labels have room, and a range of whole steps that leaves some future.
function fit(last) {
  const room = Math.max(2, Math.floor((width - 2 * PAD) / 110));
  const step = STEPS.find((n) => last * 1.15 <= n * room) ?? STEPS.at(-1) * Math.ceil((last * 1.15) / (STEPS.at(-1) * room));
  return { step, range: Math.ceil((last * 1.15) / step) * step };
}

// clamp keeps the middle of a label where the label is whole.
const clamp = (at, label) => Math.max(label.length * 3.7 + 4, Math.min(at, width - label.length * 3.7 - 4));

const x = (at) => PAD + (at / scale.range) * (width - 2 * PAD);

function ground() {
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  const digits = scale.step >= 1e9 ? 0 : scale.step >= 1e8 ? 1 : scale.step >= 1e7 ? 2 : 3;
  const nodes = [];
  for (let at = 0; at <= scale.range; at += scale.step) {
    nodes.push(s("path.tl-tick", { d: `M${x(at)} 18v8` }), s("text", { x: clamp(x(at), clock(at, digits)), y: 53, "text-anchor": "middle" }, clock(at, digits)));
  }
  paths = Object.fromEntries(SORTS.map((name) => [name, { d: "", node: s(`path.tl-${name}`) }]));
  still.replaceChildren(...nodes, ...SORTS.map((name) => paths[name].node));
}

// marks adds the marks of the events that have none yet.
function marks() {
  const fresh = Object.fromEntries(SORTS.map((name) => [name, ""]));
  for (; drawn < model.events.length; drawn++) mark(fresh, model.events[drawn]);
  for (const [name, d] of Object.entries(fresh)) if (d) paths[name].node.setAttribute("d", paths[name].d += d);
}

// mark adds an event's shape: what clients say points down to the axis, what servers say points up.
function mark(paths, { kind, at, dir, class: verdict }) {
  const px = Math.round(x(at) * 10) / 10;
  if (kind === "line" && dir === "C" && verdict !== "content") paths.c += `M${px - 3.5} 9h7v6l-3.5 4-3.5-4z`;
  else if (kind === "line" && dir === "S") {
    if (verdict === "permanent" || verdict === "transient") paths[verdict === "permanent" ? 5 : 4] += `M${px - 4} 35v-6l4-4.500 4 4.500v6z`;
    else if (verdict !== "untagged" && verdict !== "content") paths.s += `M${px - 3} 34v-5.500l3-3.500 3 3.500v5.500z`;
  } else if (kind === "queued" || kind === "delivered") paths.l += `M${px - 7} 7h14v9.500h-14zl7 5 7-5`;
  else if (kind === "cut") paths.x += `M${px - 4} 18l8 8m0-8l-8 8`;
}

function head() {
  const { now, end } = model.state;
  const digits = scale.step >= 1e9 ? 2 : 3;
  const at = x(now);
  const label = clock(now, digits);
  const wide = label.length * 7.4 + 20;
  const left = Math.max(0, Math.min(at - wide / 2, width - wide));
  set(moving.future, { x: at, width: Math.max(0, width - at) });
  set(moving.axis, { d: `M${PAD} 22H${width - PAD}` });
  set(moving.past, { d: `M${PAD} 22H${at}` });
  set(moving.end, { d: end > now ? `M${x(end)} 14v16` : "" });
  for (const text of still.querySelectorAll("text")) { // the flag covers no label
    const middle = Number(text.getAttribute("x"));
    const half = text.textContent.length * 3.7;
    text.classList.toggle("tl-under", middle + half > left && middle - half < left + wide);
  }
  set(cursor.head, { d: `M${at} 0V${HEIGHT}` });
  set(cursor.flag, { x: left, width: wide });
  set(cursor.now, { x: left + wide / 2 });
  cursor.now.textContent = label;
}

// set writes the attributes that have changed.
function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}
