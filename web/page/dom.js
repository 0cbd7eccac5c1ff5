// Small helpers to make and find elements.
const SVG = "http://www.w3.org/2000/svg";

export const $ = (selector, root = document) => root.querySelector(selector);
export const byId = (id) => document.getElementById(id);

// h makes an element: h("button.btn", {type: "button", onclick}, "text", child). Properties that begin with "on" are
// listeners, `data` fills the dataset, the rest are attributes; false and null leave an attribute out.
export function h(name, props, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElement(tag || "div"), classes, props, children);
}

// s makes an SVG element in the same way.
export function s(name, props, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElementNS(SVG, tag), classes, props, children);
}

function fill(node, classes, props, children) {
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key === "html") node.innerHTML = value; // only for what core or reader have rendered
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

// icon makes a picture of the sprite; small ones are 16 px.
export function icon(name, small = false) {
  return s(small ? "svg.i.s" : "svg.i", { "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));
}

// write sets a text where it is another: setting the same would lay the page out again.
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// label names an icon button for screen readers and as a tooltip.
export function label(node, text) {
  if (node.getAttribute("aria-label") === text) return;
  node.setAttribute("aria-label", text);
  if (node.tagName === "BUTTON") node.title = text;
}

// plain gives the text of HTML that the reader has rendered, with code between backquotes.
export function plain(html = "") {
  return new DOMParser().parseFromString(html.replace(/<\/?code\b[^>]*>/g, "`"), "text/html").body.textContent.trim();
}

// typing says whether an event comes from a field, where single keys only type.
export const typing = (event) => event.target instanceof Element && event.target.closest("input:not([type=range]), textarea, select, [contenteditable]") !== null;

// rove makes one tab stop of a group: arrow keys move, and `choose` is called with the element moved to.
export function rove(box, selector, { vertical = false, choose } = {}) {
  box.addEventListener("keydown", (event) => {
    const items = [...box.querySelectorAll(selector)].filter((e) => e.offsetParent !== null);
    const at = items.indexOf(event.target.closest(selector));
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const keys = vertical ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    const to = { [keys[0]]: at - 1, [keys[1]]: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || !items[to]) return;
    event.preventDefault();
    for (const item of items) item.tabIndex = item === items[to] ? 0 : -1;
    items[to].focus();
    choose?.(items[to]);
  });
}
