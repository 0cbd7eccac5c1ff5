// The form for one thing more in a world, as the World tab and the stage show it.

// FORMS are what each kind is made of: h a host, r a role, p a protocol, l a latency, z a domain, o a text that may be missing; others are texts.
const FORMS = {
  host: { name: "t", role: "r", a: "h", latency: "l" },
  link: { a: "h", b: "h", latency: "l" },
  user: { name: "t", password: "t" },
  service: { in: "h", protocol: "p", port: "o" },
  domain: { name: "t", a: "h" },
  record: { name: "z", a: "h", record: "t" },
};
const DAEMONS = { mta: ["smtp", "pop3", "imap"], mailbox: ["pop3", "imap"], dns: ["dns"] };

export const KINDS = Object.keys(FORMS);

// worldForm makes the form for a kind of thing. `first` stands before its fields, `given` fills some of them, `prefix` keeps their ids apart from
// those of another form, and `add` is called with the edit (lessons/written.Edit). `fill` puts a host into the next field for one, and says
// whether there is any.
export function worldForm({ h, t }, { kind, outline, add, prefix = "", given = {}, first = null, last = null }) {
  const options = (list, value) => list.map((one) => h("option", { value: one, selected: one === value }, one));
  const field = ([id, type]) => {
    const name = `${kind}-${id}`;
    const props = { name: id, id: prefix + name };
    const text = { ...props, autocomplete: "off", autocapitalize: "none", spellcheck: "false" };
    const node = {
      h: () => h("select", { ...props, data: { host: "1" } }, options(outline.hosts.map((host) => host.name), given[id])),
      r: () => h("select", props, options(["mua", "mta", "mailbox", "dns", "eve"], given[id])),
      p: () => h("select", props, options(["smtp", "pop3", "imap", "dns"], given[id])),
      l: () => h("input", { ...text, value: given[id] ?? "10ms" }),
      z: () => h("input", { ...text, required: true, value: given[id] ?? outline.domains[0]?.name ?? "" }),
    }[type]?.() ?? h("input", { ...text, required: type === "t", value: given[id], placeholder: type === "t" ? t(`bench.world.like.${name}`) : "" });
    return h("label", { for: prefix + name }, t(`bench.world.field.${name}`), node);
  };
  const node = h("form.worldform", { onsubmit: (event) => {
    event.preventDefault();
    const edit = { ...Object.fromEntries(new FormData(node)), do: "add", kind };
    if (kind === "service") edit.in = outline.hosts.findIndex((host) => host.name === edit.in);
    if (kind === "host") edit.services = DAEMONS[edit.role] ?? [];
    add(edit);
  } }, h("div.worldform__fields", null, first, Object.entries(FORMS[kind]).map(field)),
  h("p.rowbtn", null, h("button.btn.btn--main", { type: "submit", data: { world: "add" } }, t("bench.world.add.it")), last));
  const hosts = [...node.querySelectorAll("[data-host]")];
  let next = Math.max(hosts.findIndex((f) => !given[f.name]), 0); // the field that the next host goes into
  const fill = (host) => {
    const into = hosts[next];
    if (!into) return false;
    into.value = host;
    next = (next + 1) % hosts.length;
    return true;
  };
  return { kind, node, fill };
}
