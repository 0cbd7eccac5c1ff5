// Dialogs: help with keys, a link to share, what to take along, and the report of a fault.
import { h, icon, label } from "./dom.js";
import { codes, t } from "./i18n.js";
import { offlineNote } from "./offline.js";
import { settings } from "./settings.js";

// dialog shows a native dialog; it returns the element. Escape and the cross close it.
export function dialog(title, ...body) {
  const shut = h("button.ibtn", { type: "button", onclick: () => node.close() }, icon("cross"));
  label(shut, t("page.close"));
  const node = h("dialog.dialog", { "aria-labelledby": "dialog-title" },
    h("div.dialog__head", null, h("h2", { id: "dialog-title" }, title), shut),
    h("div.dialog__body", null, ...body));
  for (const before of document.querySelectorAll("dialog")) { // one that was closed just now is there until a frame is drawn
    before.close();
    before.remove();
  }
  document.body.append(node);
  node.addEventListener("close", () => node.remove());
  node.showModal();
  return node;
}

// help lists the keys and the tutor's commands, and turns single-key shortcuts off.
export function help() {
  const row = (keys, id) => h("div", null, h("dt", null, keys.split(" ").flatMap((k) => [h("kbd", null, k), " "])), h("dd", null, codes(t(id))));
  const list = (...rows) => h("dl.keys", null, rows.map(([keys, id]) => row(keys, id)));
  const box = h("input", { type: "checkbox", id: "keys-on" });
  box.checked = settings.keys;
  box.onchange = () => settings.set("keys", box.checked);
  dialog(t("page.help.title"),
    h("p", null, t("page.help.intro")),
    h("h3", null, t("page.help.console")),
    list(["Enter", "page.help.enter"], ["Tab", "page.help.tab"], ["↑ ↓", "page.help.history"], ["Alt R", "page.help.repair"],
      ["Ctrl C", "page.help.cut"], ["Ctrl D", "page.help.fin"], ["Ctrl U", "page.help.clear"], ["Alt Backspace", "page.help.word"], ["Esc", "page.help.leave"]),
    h("h3", null, t("page.help.tutor")),
    list(["/hint", "page.help.hint"], ["/goal", "page.help.goal"], ["/solution", "page.help.solution"], ["/why /explain", "page.help.why"],
      ["/undo /reset", "page.help.undo"], ["/raw", "page.help.raw"], ["/packet", "page.help.packet"], ["/predict", "page.help.predict"], ["/base64 …", "page.help.base64"], ["//", "page.help.slash"]),
    h("h3", null, t("page.help.time")),
    list(["Space , .", "page.help.play"], ["F ?", "page.help.fork"]),
    h("label.check", { for: "keys-on" }, box, t("page.help.single")),
    ...offlineNote());
}

// offer makes the browser save a text as a file.
export function offer(name, text, type = "application/octet-stream") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const a = h("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// copy puts a text on the clipboard: by the clipboard API where there is one, which plain http lacks, else by selection.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea.vh", { readonly: true });
    area.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
