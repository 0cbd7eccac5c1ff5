// Explaining a recording: what telnet showed, a mail program logged or a book prints, pasted or opened as a file, is read by
// the reader and explained line by line. Nothing leaves the browser. It loads when it is first asked for.
const LONGEST = 16 << 20; // octets, as sim/paste takes them
const MOST = 400; // lines of a conversation that are shown

export function incident({ h, t, codes, dialog, recorded, lang }) {
  const area = h("textarea.incident__text", { rows: 8, spellcheck: "false", autocapitalize: "none", "aria-label": t("page.incident.text"), placeholder: "S: 220 mx.example.net ESMTP\nC: MAIL FROM: <alice@example.org>\nS: 501 5.5.4 Syntax: MAIL FROM:<address>" });
  const which = h("select", { name: "protocol", "aria-label": t("page.incident.protocol") }, ["", "smtp", "pop3", "imap"].map((p) => h("option", { value: p }, p ? p.toUpperCase() : t("page.incident.any"))));
  const file = h("input", { type: "file", id: "incident-file", onchange: async () => { if (file.files[0]) { area.value = await file.files[0].text(); read(); } } });
  const out = h("div.incident__out", { role: "status" });
  const node = dialog(t("page.incident"), h("p", null, t("page.incident.about")), area,
    h("div.rowbtn", null, h("button.btn.btn--main", { type: "button", data: { action: "explain-recording" }, onclick: read }, t("page.incident.explain")), which, h("label.btn", { for: "incident-file" }, t("page.incident.file")), file), out);
  node.classList.add("dialog--wide");
  area.focus();

  async function read() {
    if (area.value.length > LONGEST) return out.replaceChildren(h("p", null, t("page.incident.long")));
    const { conversations, error } = await recorded({ text: area.value, protocol: which.value }, lang).catch((e) => ({ conversations: [], error: e.message }));
    out.replaceChildren(...(error ? [h("p", null, error)] : []), ...conversations.map(conversation));
  }

  const conversation = ({ protocol, summary, lines }) => h("section", { "aria-label": protocol.toUpperCase() },
    h("h3", null, protocol.toUpperCase(), " ", h("span.soft", null, summary)),
    h("ol.incident__lines", null, lines.slice(0, MOST).map(said)),
    lines.length > MOST ? h("p.soft", null, t("page.earlier", { n: lines.length - MOST })) : null);

  function said({ at, view: { dir, text, class: kind, notes, why, repair, legal } }) {
    const bad = kind === "permanent" || kind === "transient";
    return h(bad || why.length ? "li.incident__bad" : "li", null,
      h("div.incident__line", null, h("span.at", null, String(at)), h(dir === "C" ? "b.c" : "b.s", null, `${dir}:`), h("samp", null, text)),
      notes.map((note) => h("p.soft", null, codes(note))),
      why.map((note) => h("p", null, codes(note))),
      repair ? h("p", null, h("span", { "aria-hidden": "true" }, "+ "), h("code.new", null, repair)) : null,
      bad && legal.length ? h("p.soft", null, t("page.explain.legal"), " ", legal.join(" ")) : null);
  }
}
