// Menus: a button opens a list of choices beside it. Arrow keys move, Enter chooses, Escape or a click elsewhere closes.
import { byId, h } from "./dom.js";

let open = null;

// menu makes a button open a menu; items() is asked each time: {text, note, checked, cut, run}, a string for a heading.
// The focus begins at what is checked, or at the top where several choices share the menu.
export function menu(button, items, top = false) {
  button.addEventListener("click", () => toggle(button, items, top));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || event.altKey) return;
    event.preventDefault();
    toggle(button, items, top);
  });
}

function toggle(button, items, top) {
  const again = open?.button === button;
  close();
  if (again) return;
  const box = h("div.menu", { role: "menu", "aria-label": button.getAttribute("aria-label") ?? button.textContent.trim() }, items().filter(Boolean).map(entry));
  byId("menus").append(box);
  place(box, button.getBoundingClientRect());
  button.setAttribute("aria-expanded", "true");
  open = { button, box };
  box.addEventListener("keydown", keys);
  ((!top && box.querySelector('[aria-checked="true"]')) || box.querySelector("button"))?.focus();
}

function entry(item) {
  if (typeof item === "string") return h("p", { role: "presentation" }, item);
  const radio = item.checked !== undefined;
  return h("button", {
    type: "button", tabindex: -1, role: radio ? "menuitemradio" : "menuitem", "aria-checked": radio ? String(item.checked) : null,
    class: item.cut ? "menu__cut" : null,
    onclick: () => {
      close(true);
      item.run();
    },
  }, h("span", null, item.text), item.note ? h("span.soft", null, item.note) : null);
}

function place(box, anchor) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = anchor.bottom + 4 + height <= innerHeight || anchor.top < innerHeight / 2;
  box.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - width - 8))}px`;
  box.style.top = `${below ? anchor.bottom + 4 : Math.max(8, anchor.top - height - 4)}px`;
}

function keys(event) {
  const items = [...open.box.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) items[to].focus();
  else if (event.key === "Escape") close(true);
  else if (event.key === "Tab") return close(true);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// close shuts the open menu and, when asked, gives the focus back to its button.
export function close(back = false) {
  if (!open) return;
  const { button, box } = open;
  open = null;
  box.remove();
  button.setAttribute("aria-expanded", "false");
  if (back) button.focus();
}

addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target) && !open.button.contains(event.target)) close();
});
addEventListener("resize", () => close());
