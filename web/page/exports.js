// Files for other programs: what happened as a transcript, a diagram, a capture, or the trace itself; and messages as they are
// stored. The reader makes the first, from the trace.
import { offer } from "./dialogs.js";
import { h } from "./dom.js";
import { driver } from "./driver.js";
import { short } from "./format.js";
import { t } from "./i18n.js";
import { model } from "./model.js";
import { exported } from "./reading.js";

// forms are those of sim/trace/export, with what a file of each is called.
const FORMS = {
  text: [".txt", "text/plain"], html: [".html", "text/html"], asciicast: [".cast", "application/x-asciicast"], svg: [".svg", "image/svg+xml"],
  mermaid: [".mmd", "text/plain"], pcapng: [".pcapng", "application/x-pcapng"], jsonl: [".jsonl", "application/jsonl"],
};

// make resolves with what happened up to the moment in view as octets in a form; conn 0 is all connections.
export async function make(form, conn = 0) {
  const chunk = await driver.call("chunk", { from: 0, to: model.state.total });
  const octets = await exported({ form, chunk, conn, start: model.state.world.start ?? 0 }, model.hello.lang);
  if (!octets) throw new Error(form);
  return octets;
}

async function save(form, conn, said) {
  try {
    const [suffix, type] = FORMS[form];
    const what = model.conn(conn);
    offer(`${what ? `${conn}-${short(what.from)}-${short(what.to)}` : model.state.world.name}${suffix}`, await make(form, conn), type);
    said.textContent = t("page.export.saved");
  } catch (e) {
    said.textContent = t("page.export.failed", { why: e.message });
  }
}

// exportsBox is the part of the dialog that offers these files: of the connection in view or of all.
export function exportsBox() {
  const conn = model.atHost() ? 0 : model.tab;
  const which = h("select", { id: "export-what", name: "what" }, h("option", { value: "0" }, t("page.export.all")),
    conn ? h("option", { value: String(conn), selected: true }, t("page.export.conn", { n: conn })) : null);
  const said = h("p.soft", { role: "status" });
  return [
    h("h3", null, t("page.export")),
    h("p.pickone", null, h("label", { for: "export-what" }, t("page.export.what")), which),
    h("div.rowbtn", null, Object.keys(FORMS).map((form) => h("button.btn", { type: "button", data: { form }, title: t(`page.export.${form}.note`), onclick: () => save(form, Number(which.value), said) }, t(`page.export.${form}`)))),
    said,
  ];
}

// saveMail offers what the core gives of a message or a mailbox as a file, octet by octet.
export const saveMail = (name, { b64, text }) => offer(name, b64 === undefined ? text : Uint8Array.from(atob(b64), (c) => c.charCodeAt(0)), name.endsWith(".eml") ? "message/rfc822" : "application/mbox");
