// What can be taken along of a real session: its transcript, its trace, and a draft of a persona that speaks like the server.

const name = ({ host, port }) => `ehlo-${host.replace(/[^a-z0-9.-]/gi, "_")}-${port}`;

// ofSession gives the recorded events of a session with those of the hosts, one a line.
const ofSession = (model, id) => model.events.filter((e) => !e.conn || e.conn === id).map((e) => JSON.stringify(e)).join("\n") + "\n";

// saveSession shows the transcript and offers it as a file. What is a password is masked in it, as in all that is recorded.
export async function saveSession({ dialog, h, t, driver, model, offer }, session) {
  const lines = await driver.call("transcript", { conn: session.id });
  const text = lines.map(({ dir, text: said }) => (dir ? `${dir}: ${said}` : `* ${said}`)).join("\n") + "\n";
  const file = (body, ending, type) => () => offer(`${name(session)}.${ending}`, body, type);
  dialog(t("bridge.save"), h("p", null, t("bridge.save.text")), h("pre", null, text),
    h("div.rowbtn", null,
      h("button.btn.btn--main", { type: "button", data: { action: "transcript" }, onclick: file(text, "txt", "text/plain") }, t("bridge.save.transcript")),
      h("button.btn", { type: "button", data: { action: "trace" }, onclick: file(ofSession(model, session.id), "jsonl", "application/json") }, t("bridge.save.trace"))));
}

// draftOf shows a persona file that was made of a session, to be edited, saved, and tried in a world.
export async function draftOf(page, session) {
  const { dialog, h, t, codes, model, offer, overheard } = page;
  const { text } = await overheard({ what: "draft", conn: session.id, events: ofSession(model, session.id), peer: { host: session.host, protocol: session.protocol } });
  const area = h("textarea.real__text", { spellcheck: "false", "aria-label": t("bridge.draft") });
  area.value = text;
  const said = h("div.real__said", { role: "status" });
  const node = dialog(t("bridge.draft"), h("p", null, codes(t("bridge.draft.text"))), area, said,
    h("div.rowbtn", null,
      h("button.btn.btn--main", { type: "button", data: { action: "try" }, onclick: tryIt }, t("bridge.draft.try")),
      h("button.btn", { type: "button", data: { action: "save" }, onclick: () => offer(`${name(session)}.toml`, area.value) }, t("bridge.draft.save"))));
  node.classList.add("real__wide");

  async function tryIt() {
    const failed = await page.loadWorld(world(session, area.value), "draft").then(() => null, (e) => e);
    if (!failed) return node.close();
    said.replaceChildren(h("p.real__bad", null, failed.message), h("pre", null, failed.detail ?? ""));
    return undefined;
  }
}

// world writes a world file with a server that has the persona, and one host that can reach it.
function world({ protocol, port }, persona) {
  const [head, ...tables] = persona.split(/^(?=\[)/m);
  const inner = [`[persona.draft]\n${head}`, ...tables.map((table) => table.replace(/^\[/, "[persona.draft."))].join("");
  return `grammar = 1
title = "A draft: ${protocol} as recorded"

[[host]]
name = "laptop.example.org"
address = "192.0.2.10"
role = "mua"
you = true
person = "alice"

[[host]]
name = "mail.example.org"
address = "192.0.2.20"
role = "mta"

  [[host.service]]
  protocol = "${protocol}"
  port = ${port}
  persona = "draft"

[[domain]]
name = "example.org"
mx = "mail.example.org"

[[user]]
address = "alice@example.org"
password = "wonder"

[[link]]
between = ["laptop.example.org", "mail.example.org"]
latency = "20ms"

${inner}`;
}
