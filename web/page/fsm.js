// The state diagram of a session, made from its protocol's table: states go to the right in the first row and back to
// the left in the second. Drawn are the steps from each state to the next, and every step that is legal now.
import { s } from "./dom.js";
import { t } from "./i18n.js";

const W = 108;
const H = 30;
const GAP = 56;
const DOWN = 78;

// diagram draws the table's states with the session's own marked; e is the explanation of the line in focus. Where the
// place is narrow the states stand under each other.
export function diagram({ state, states, rules }, e, narrow) {
  return narrow ? column(state, states, rules, e) : rows(state, states, rules, e);
}

function rows(state, states, rules, e) {
  const columns = Math.max(3, Math.ceil(states.length / 2));
  const width = columns * W + (columns - 1) * GAP + 2;
  const spot = states.map((_, i) => (i < columns
    ? { x: 1 + i * (W + GAP), y: 15, row: 0, col: i }
    : { x: 1 + (2 * columns - 1 - i) * (W + GAP), y: 15 + H + DOWN, row: 1, col: 2 * columns - 1 - i }));
  const here = states.indexOf(state);
  const nodes = [];
  const all = steps(states, rules, here);
  const above = all.some(([from, to]) => spot[from].row === 0 && spot[to].row === 0 && Math.abs(spot[from].col - spot[to].col) > 1); // a bow with its name
  for (const [from, to, verbs, legal] of all) nodes.push(...arrow(spot[from], spot[to], verbs, legal));
  states.forEach((name, i) => nodes.push(node(name, spot[i], i === here)));
  if (refusal(e) && here >= 0) nodes.push(cross(spot[here], e));
  return picture(width, H * 2 + DOWN + 45, state, nodes, above ? 15 : 0);
}

const node = (name, { x, y }, here) => s(here ? "g.here" : "g", { transform: `translate(${x} ${y})` },
  s("rect", { width: W, height: H, rx: 4 }), s("text", { x: W / 2, y: 19, "text-anchor": "middle" }, stateName(name)));

const picture = (width, height, state, nodes, above = 0) => s("svg.fsm", { viewBox: `0 ${-above} ${width} ${height + above}`, role: "img", "aria-label": t("page.fsm", { state: stateName(state ?? "") }) }, nodes);

// column draws steps to the next state downwards and all others as a bow on the right, named where they end.
function column(state, states, rules, e) {
  const here = states.indexOf(state);
  const y = (i) => 11 + i * (H + 24);
  const nodes = [];
  const names = []; // above all lines
  const badge = [];
  const named = states.map(() => 0); // names of bows that stand at a state: they stand below each other
  for (const [from, to, verbs, legal] of steps(states, rules, here)) {
    const name = legal ? "--legal" : "";
    const edge = legal ? ".edge--legal" : "";
    const text = (x, at) => s(`text.verb${name && ".verb--legal"}`, { x, y: at }, wordsOf(verbs, to === from + 1 ? 64 : 150));
    if (to === from + 1) {
      nodes.push(s(`path.edge${edge}`, { d: `M${W / 2} ${y(from) + H}V${y(to) - 7}` }), tipAt(W / 2, y(to), 90, name));
      names.push(text(W / 2 + 9, y(to) - 8));
    } else {
      const [a, b] = [y(from) + H / 2, y(to) + H / 2];
      nodes.push(s(`path.edge${edge}`, { d: `M${W + 1} ${a}C${W + 56} ${a} ${W + 56} ${b} ${W + 9} ${b}` }), tipAt(W + 1, b, 180, name));
      names.push(text(W + 54, b + 4 + 15 * named[to]++));
    }
  }
  if (refusal(e) && here >= 0) badge.push(s("g.x", null, mark(W + 14, y(here) + 1), s("text.verb.verb--refused", { x: W + 28, y: y(here) + 5 }, e.label)));
  states.forEach((name, i) => nodes.push(node(name, { x: 1, y: y(i) }, i === here)));
  nodes.push(...names, ...badge);
  return picture(326, y(states.length) - 20, state, nodes);
}

const tipAt = (x, y, angle, name) => s(`path.head${name && ".head--legal"}`, { d: "M0 0L-9-4.200V4.200Z", transform: `translate(${x} ${y}) rotate(${angle})` });

const mark = (x, y) => [s("circle", { cx: x, cy: y, r: 10 }), s("path", { d: `M${x - 4} ${y - 4}l8 8m0-8l-8 8` })];

const refusal = (e) => e && (e.class === "permanent" || e.class === "transient");

const stateName = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");

// steps gathers what to draw: [from, to, verbs, legal now].
function steps(states, rules, here) {
  const found = new Map();
  for (const rule of rules ?? []) {
    const [from, to] = [states.indexOf(rule.from), states.indexOf(rule.to)];
    if (from < 0 || to < 0 || from === to) continue;
    if (from !== here && to !== from + 1 && !(to < from && onlyWay(rules, rule))) continue;
    const key = `${from} ${to}`;
    if (!found.has(key)) found.set(key, [from, to, [], from === here]);
    const verbs = found.get(key)[2];
    if (!verbs.includes(rule.verb)) verbs.push(rule.verb);
  }
  return [...found.values()].sort((a, b) => a[3] - b[3]);
}

// onlyWay says whether a state has no other way out.
const onlyWay = (rules, rule) => rules.every((r) => r.from !== rule.from || r.to === rule.to || r.to === r.from);

// arrow draws a step between two places: straight between neighbours and across, in a bow otherwise.
function arrow(a, b, verbs, legal) {
  const centre = (p) => [p.x + W / 2, p.y + H / 2];
  const [ax, ay] = centre(a);
  const [bx, by] = centre(b);
  const beside = a.row === b.row && Math.abs(a.col - b.col) === 1;
  const words = wordsOf(verbs, beside ? GAP - 6 : 2 * GAP);
  let path, tip, angle, lx, ly;
  let anchor = "middle";
  if (beside) {
    const right = bx > ax;
    const bow = (a.row === 0) === right ? 0 : 9; // the way back runs beside the way there
    const [x1, x2] = right ? [a.x + W, b.x - 8] : [a.x, b.x + W + 8];
    path = `M${x1} ${ay + bow}H${x2}`;
    [tip, angle] = [[right ? b.x : b.x + W, by + bow], right ? 0 : 180];
    const wide = words.length * 7.3 > GAP - 6; // there is no room between the boxes
    [lx, ly] = [(x1 + x2) / 2, bow ? ay + bow + 15 : !wide ? ay - 7 : a.row === 0 ? a.y - 4 : a.y + H + 12];
  } else if (a.row === b.row) {
    const lift = a.row === 0 ? -15 : 15;
    const y = ay + (a.row === 0 ? -H / 2 : H / 2);
    path = `M${ax} ${y}Q${(ax + bx) / 2} ${y + 2 * lift} ${bx} ${y + (a.row === 0 ? -8 : 8) * 0.7}`;
    [tip, angle] = [[bx, y], a.row === 0 ? 60 : -60];
    [lx, ly] = [(ax + bx) / 2, y + lift + (a.row === 0 ? -2 : 10)];
  } else {
    const down = by > ay;
    const y1 = down ? a.y + H : a.y;
    const y2 = down ? b.y : b.y + H;
    const [dx, dy] = [bx - ax, y2 - y1];
    const far = Math.hypot(dx, dy);
    path = `M${ax} ${y1}L${bx - (dx / far) * 8} ${y2 - (dy / far) * 8}`;
    [tip, angle] = [[bx, y2], (Math.atan2(dy, dx) * 180) / Math.PI];
    [lx, ly] = [ax + dx * 0.42, y1 + dy * 0.42 + 4];
    if (dx === 0) [lx, ly, anchor] = [ax + 7, y1 + dy * (down ? 0.55 : 0.2) + 4, "start"];
  }
  const name = legal ? "--legal" : "";
  return [
    s(`path.edge${legal ? ".edge--legal" : ""}`, { d: path }),
    tipAt(tip[0], tip[1], angle, name),
    s(`text.verb${name ? ".verb--legal" : ""}`, { x: lx, y: ly, "text-anchor": anchor }, words),
  ];
}

// wordsOf names the verbs of a step as far as there is room.
function wordsOf(verbs, room) {
  const names = verbs.map((verb) => (verb === "." ? t("page.fsm.dot") : verb));
  const all = names.join(" ");
  return all.length * 7.3 <= room ? all : names.length > 1 ? `${names[0]} …` : all;
}

// cross marks a refusal at the state it left unchanged.
const cross = ({ x, y }, e) => s("g.x", null, mark(x + 12, y), s("text.verb.verb--refused", { x: x + 25, y: y - 3 }, e.label));
