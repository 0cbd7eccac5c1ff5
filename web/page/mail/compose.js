// Writing a message: a draft becomes the text of a click, as a header and a text, with what is attached in MIME.
let kept = null; // what was written and not sent

// draftOf begins a draft: of nothing, or as a reply to a message of the view.
export function draftOf(view, letter) {
  if (!letter) return kept ?? { to: "", cc: "", subject: "", text: "", files: [] };
  const value = (name) => view.message.fields.find((f) => f.name.toLowerCase() === name)?.value ?? "";
  const text = view.message.parts.find((part) => !part.attached && part.type === "text/plain")?.text ?? "";
  return {
    to: value("reply-to") || value("from"), cc: "", subject: /^re:/i.test(letter.subject) ? letter.subject : `Re: ${letter.subject}`,
    text: `\n\n${value("from")}:\n${text.trimEnd().split(/\r?\n/).map((line) => `> ${line}`.trimEnd()).join("\n")}\n`,
    files: [], answers: letter.number,
    inReplyTo: value("message-id"), references: [value("references") || value("in-reply-to"), value("message-id")].filter(Boolean).join(" "),
  };
}

// compose opens the window in which a draft is written.
export function compose({ h, t, dialog }, mail, draft) {
  const field = (name, type = "text") => {
    const input = h("input", { type, id: `mail-${name}`, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
    input.value = draft[name];
    return [h("label", { for: input.id }, t(`mailer.${name}`)), input];
  };
  const [to, cc, subject] = ["to", "cc", "subject"].map((name) => field(name));
  const text = h("textarea", { id: "mail-text", rows: 10, "aria-label": t("mailer.text") });
  text.value = draft.text;
  const files = h("input", { type: "file", multiple: true, id: "mail-files" });
  const said = h("p.mua__fault", { role: "status" });
  const take = () => Object.assign(draft, { to: to[1].value, cc: cc[1].value, subject: subject[1].value, text: text.value });
  const send = async (event) => {
    event.preventDefault();
    take();
    const parts = await Promise.all([...files.files].map(async (file) => ({ name: file.name, type: file.type || "application/octet-stream", bytes: new Uint8Array(await file.arrayBuffer()) })));
    if (!draft.to.includes("@")) return void (said.textContent = t("mailer.no-to"));
    if (draft.answers) await mail.click(`mark ${draft.answers} answered yes`);
    if (!(await mail.click(`send\n${written(draft, parts)}`))) return;
    [kept, draft.sent] = [null, true];
    node.close();
  };
  const node = dialog(t(draft.answers ? "mailer.reply" : "mailer.new"), h("form.mua__form", { onsubmit: send }, to, cc, subject, text,
    h("label", { for: files.id }, t("mailer.attach")), files, said,
    h("div.rowbtn", null, h("button.btn.btn--main", { type: "submit", data: { mail: "send" } }, t("mailer.send")), h("button.btn", { type: "button", onclick: () => node.close() }, t("mailer.later")))));
  node.addEventListener("close", () => {
    if (!draft.sent && !draft.answers) kept = take();
  });
  (draft.answers ? text : to[1]).focus();
  text.setSelectionRange(0, 0); // what is answered stands below
}

// written is a draft as the header and the text of a message (RFC 5322), with its files in MIME (RFC 2046 §5.1).
function written({ to, cc, subject, text, inReplyTo, references }, files) {
  const line = (name, value) => (value ? `${name}: ${value.replace(/[\r\n]+/g, " ")}\n` : "");
  const head = line("To", to) + line("Cc", cc) + line("Subject", subject) + line("In-Reply-To", inReplyTo) + line("References", references);
  if (!files.length) return `${head}\n${text}`;
  const mark = `part-${head.length}-${text.length}-${files.length}`;
  const encode = (bytes) => btoa(bytes.reduce((s, b) => s + String.fromCharCode(b), "")).replace(/.{76}/g, "$&\n");
  const part = (type, more, bytes) => `--${mark}\nContent-Type: ${type}\n${more}Content-Transfer-Encoding: base64\n\n${encode(bytes)}\n`;
  const name = (file) => file.name.replace(/[^\x20-\x7e]|["\\]/g, "_");
  return `${head}Content-Type: multipart/mixed; boundary="${mark}"\n\n${part("text/plain; charset=utf-8", "", new TextEncoder().encode(text))}${files.map((file) =>
    part(`${file.type}; name="${name(file)}"`, `Content-Disposition: attachment; filename="${name(file)}"\n`, file.bytes)).join("")}--${mark}--\n`;
}
