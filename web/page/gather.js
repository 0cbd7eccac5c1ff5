// Gathering lines, to send them as one packet: what a client does that pipelines (RFC 2920). Enter adds a line, Ctrl-Enter
// sends all, Esc gives up.
import { act } from "./act.js";
import { byId, h } from "./dom.js";
import { t } from "./i18n.js";

let lines = null; // what is gathered, or null

export const gathering = () => lines !== null;

// gather begins or ends gathering; add takes a line.
export function gather(on = !gathering()) {
  lines = on ? [] : null;
  draw();
}

export function add(line) {
  lines.push(line);
  draw();
}

// sendGathered sends the lines of a connection as one, the one that is being typed too.
export async function sendGathered(conn, last) {
  const all = last ? [...lines, last] : lines;
  gather(false);
  if (all.length && !await act("type", { conn, text: all.map((line) => `${line}\r\n`).join("") })) {
    lines = all; // nothing is lost
    draw();
  }
}

function draw() {
  const box = byId("gathered");
  box.hidden = !gathering();
  box.replaceChildren(...(lines ?? []).map((line) => h("li", null, line || "\u00a0")));
  box.setAttribute("aria-label", t("page.console.gathered", { n: lines?.length ?? 0 }));
}
