// Finding in a transcript: a field that leaves only the lines that have its words in them; "C:" and "S:" are words, too.
import { byId } from "./dom.js";
import { t } from "./i18n.js";
import { model } from "./model.js";
import { filter } from "./transcript.js";

export function initFind() {
  const [button, bar, field] = ["find", "findbar", "find-text"].map(byId);
  const open = (on) => {
    bar.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (on) return field.focus();
    field.value = "";
    return look();
  };
  const look = () => {
    const count = filter(field.value);
    byId("find-count").textContent = field.value.trim() ? t("page.console.found", { n: count }) : "";
  };
  button.addEventListener("click", () => open(bar.hidden));
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    open(false);
    byId("line").focus();
  });
  model.on("tab", () => { if (!bar.hidden) open(false); });
}
