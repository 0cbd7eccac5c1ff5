// The account: who the person is, how mail is fetched and how it is sent.
const TLS = ["none", "starttls", "tls"];

export function settingsOf({ h, t, dialog }, mail, { account }) {
  const inputs = {};
  const row = (id, node) => [h("label", { for: node.id }, t(`mailer.account.${id}`)), node];
  const field = (id, value, type = "text") => {
    inputs[id] = h("input", { type, id: `mail-${id}`, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
    inputs[id].value = value;
    return row(id, inputs[id]);
  };
  const select = (id, value, options) => {
    inputs[id] = h("select", { id: `mail-${id}` }, options.map(([name, text]) => h("option", { value: name }, text)));
    inputs[id].value = value;
    return row(id, inputs[id]);
  };
  const check = (id, on) => {
    inputs[id] = h("input", { type: "checkbox", id: `mail-${id}` });
    inputs[id].checked = on;
    return h("label.check", { for: `mail-${id}` }, inputs[id], t(`mailer.account.${id}`));
  };
  const modes = TLS.map((name) => [name, t(`mailer.account.tls.${name}`)]);
  const save = async (event) => {
    event.preventDefault();
    const value = (input) => (input.type === "checkbox" ? (input.checked ? "yes" : "no") : input.value.trim());
    const lines = Object.entries(inputs).map(([id, input]) => `${id} ${value(input)}`);
    if (await mail.click(`settings\n${lines.join("\n")}\n`)) node.close();
  };
  const node = dialog(t("mailer.settings"), h("form.mua__form", { onsubmit: save },
    h("h3", null, t("mailer.account.person")), field("name", account.name), field("address", account.address),
    h("h3", null, t("mailer.account.fetch")), select("protocol", account.protocol, [["pop3", "POP3"], ["imap", "IMAP"]]), field("incoming", account.incoming), select("incoming-tls", account.incomingTLS, modes),
    field("user", account.user), field("password", account.password, "password"), check("keep", account.keep),
    h("h3", null, t("mailer.account.send")), field("outgoing", account.outgoing), select("outgoing-tls", account.outgoingTLS, modes), check("login", account.login),
    h("div.rowbtn", null, h("button.btn.btn--main", { type: "submit" }, t("mailer.account.save")), h("button.btn", { type: "button", onclick: () => node.close() }, t("page.close")))));
  const fit = () => (inputs.keep.parentElement.hidden = inputs.protocol.value !== "pop3");
  inputs.protocol.addEventListener("change", () => {
    const [host, port] = inputs.incoming.value.split(":");
    const usual = { 110: 143, 143: 110, 995: 993, 993: 995 }[port];
    if (usual) inputs.incoming.value = `${host}:${usual}`;
    fit();
  });
  fit();
}
