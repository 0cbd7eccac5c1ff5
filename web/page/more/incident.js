// Explaining an incident: a session, a mail log, a bounce, a header or a capture from elsewhere, pasted, dropped or opened as a file, is
// read by the reader and explained line by line; it can become a world, and be shared without its passwords. Nothing leaves the browser.
// It loads when it is first asked for.
const LONGEST = 64 << 20; // octets, as lessons/incident takes them
const SHOWN = 1 << 20; // octets of a file that are shown as a text to be changed

export function incident({ h, t, codes, dialog, recorded, lang, offer, freeName, loadWorld, save, run }, dropped) {
  let file = null; // what was opened and is not in the text field: { name, octets }
  const area = h("textarea.incident__text", { rows: 8, spellcheck: "false", autocapitalize: "none", "aria-label": t("page.incident.text"), oninput: () => { file = null; }, placeholder: "S: 220 mx.example.net ESMTP\nC: MAIL FROM: <alice@example.org>\nS: 501 5.5.4 Syntax: MAIL FROM:<address>" });
  const which = h("select", { name: "protocol", "aria-label": t("page.incident.protocol") }, ["", "smtp", "pop3", "imap"].map((p) => h("option", { value: p }, p ? p.toUpperCase() : t("page.incident.any"))));
  const pick = h("input", { type: "file", id: "incident-file", onchange: () => { if (pick.files[0]) take(pick.files[0]); } });
  const mask = h("input", { type: "checkbox", id: "incident-mask", onchange: () => {
    area.hidden = mask.checked; // what was pasted has them, too
    covered.hidden = !mask.checked;
    if (out.firstChild) read();
  } });
  const covered = h("p.soft", { hidden: true }, t("page.incident.covered"));
  const said = h("p.incident__said", { role: "status" });
  const out = h("div.incident__out");
  const node = dialog(t("page.incident"), h("p", null, t("page.incident.about")), area, covered,
    h("div.rowbtn", null, h("button.btn.btn--main", { type: "button", data: { action: "explain-recording" }, onclick: read }, t("page.incident.explain")), which, h("label.btn", { for: "incident-file" }, t("page.incident.file")), pick,
      h("label.check", { for: "incident-mask" }, mask, t("page.incident.mask"))), said, out);
  node.classList.add("dialog--wide");
  node.addEventListener("dragover", (event) => event.preventDefault());
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  area.focus();
  if (dropped) take(dropped);

  // take opens a file: a text that is not too long goes into the field.
  async function take(one) {
    if (one.size > LONGEST) return void (said.textContent = t("page.incident.long"));
    const octets = new Uint8Array(await one.arrayBuffer());
    const text = octets.length <= SHOWN && !octets.subarray(0, 512).includes(0) ? new TextDecoder().decode(octets) : null;
    area.value = text ?? t("page.incident.opened", { name: one.name, n: octets.length });
    file = { name: one.name, octets };
    read();
  }

  const ask = (what) => recorded({ octets: file?.octets ?? new TextEncoder().encode(area.value), protocol: which.value, mask: mask.checked, ...what }, lang);

  async function read() {
    said.textContent = t("page.incident.reading");
    out.replaceChildren();
    const { error, summary, parts = [], holds = [] } = await ask({}).catch((e) => ({ error: e.message }));
    said.textContent = error ?? summary;
    if (!error) out.replaceChildren(holding(holds), ...parts.map(part));
  }

  // holding lists what of it may be private, with what can be done with it.
  function holding(holds) {
    const done = h("span.soft", { role: "status" });
    const world = h("button.btn", { type: "button", data: { action: "make-world" }, onclick: () => make(done) }, t("page.incident.world"));
    const share = h("button.btn", { type: "button", data: { action: "share-masked" }, onclick: async () => {
      offer(`masked-${(file?.name ?? "incident").replace(/\.(pcap|pcapng|cap)$/i, "")}.txt`.slice(0, 80), await ask({ share: true }), "text/plain");
      done.textContent = t("page.incident.shared");
    } }, t("page.incident.share"));
    return h("section", { "aria-label": t("page.incident.holds") },
      h("div.rowbtn", null, world, share, done),
      h("details.incident__holds", null, h("summary", null, t("page.incident.holds"), " ", h("span.soft", null, t("page.incident.holds.n", { n: holds.length }))), h("ul", null, holds.map((one) => h("li", null, one)))));
  }

  // make opens a world in which it happens again, and says what had to be assumed.
  async function make(done) {
    const { world, script, assumed, error } = await ask({ replay: true }).catch((e) => ({ error: e.message }));
    if (error) return void (done.textContent = error);
    try {
      await save();
      await loadWorld(world, await freeName("incident", world));
      await run(script);
    } catch (e) {
      return void (done.textContent = e.message);
    }
    dialog(t("page.incident.made"), h("p", null, t("page.incident.made.text")), h("ul.incident__assumed", null, assumed.map((one) => h("li", null, one))),
      h("div.rowbtn", null, h("button.btn.btn--main", { type: "button", onclick: (event) => event.target.closest("dialog").close() }, t("page.incident.look")),
        h("button.btn", { type: "button", onclick: () => { offer("incident.toml", world, "text/plain"); offer("incident.txt", script, "text/plain"); } }, t("page.incident.files"))));
  }

  const part = ({ title, summary, lines, more }) => h("section", { "aria-label": title },
    h("h3", null, title),
    summary.length ? h("ul.incident__sum", null, summary.map((one) => h("li", null, one))) : null,
    h("ol.incident__lines", null, lines.map(line)),
    more ? h("p.soft", null, t("page.earlier", { n: more })) : null);

  function line({ at, view: { dir, text, class: kind, spans, notes, why, repair, legal } }) {
    const bad = kind === "permanent" || kind === "transient";
    return h(bad || why.length ? "li.incident__bad" : "li", null,
      h("div.incident__line", null, h("span.at", null, String(at)), dir ? h(dir === "C" ? "b.c" : "b.s", null, `${dir}:`) : h("span", null), h("samp", null, text)),
      notes.map((note) => h("p.soft", null, codes(note))),
      why.map((note) => h("p", null, codes(note))),
      repair ? h("p", null, h("span", { "aria-hidden": "true" }, "+ "), h("code.new", null, repair)) : null,
      bad && legal.length ? h("p.soft", null, t("page.explain.legal"), " ", legal.join(" ")) : null,
      spans.length > 1 ? parts(text, spans) : null);
  }

  // parts names the parts of a line. They are made when somebody wants to see them.
  function parts(text, spans) {
    const box = h("details.incident__parts", { ontoggle: () => {
      if (box.childElementCount > 1) return;
      box.append(h("dl", null, spans.flatMap(({ start, end, depth, name, meaning, ref }) => [
        h("dt", depth ? { data: { depth: Math.min(depth, 6) } } : null, h("code", null, text.slice(start, end).trim()), " ", name), h("dd", null, meaning ? `${meaning} ` : "", ref ? h("span.soft", null, ref) : null)])));
    } }, h("summary", null, t("page.incident.parts", { n: spans.length })));
    return box;
  }
}
