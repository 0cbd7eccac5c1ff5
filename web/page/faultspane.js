// The Faults tab: what is broken now, and a form that lets something break at a host or a link by hand. What was last
// touched on the stage is chosen already.
import { act } from "./act.js";
import { api } from "./api.js";
import { driver } from "./driver.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { model } from "./model.js";

let place = ""; // what is chosen: a host's name, or the two ends of a link with a space between them
let kind = "";
let forms = []; // {kind, link, value}: what can break, and what its value looks like
let parts = null; // of the form
let shown = "";

api.on("hit", (what) => {
  if (what.kind === "host") choose(what.name);
  else if (what.kind === "link") choose(`${what.name} ${what.peer}`);
});

function choose(where) {
  if (!places().some((p) => p.value === where)) where = where.split(" ").reverse().join(" ");
  place = where;
  if (parts?.form.isConnected) {
    parts.where.value = place;
    offer();
  }
}

// places are the hosts and links of the world.
function places() {
  const links = model.events.filter((e) => e.kind === "link");
  return [...model.state.world.hosts.map((host) => ({ value: host.name, text: host.name })),
    ...links.map((e) => ({ value: `${e.actor} ${e.target}`, text: `${e.actor} – ${e.target}`, link: true }))];
}

export const faultsPane = {
  async draw(box, anew) {
    const key = [model.state.total, model.state.epoch].join();
    if (key === shown && !anew && parts?.form.isConnected) return;
    shown = key;
    const answer = await driver.call("faults").catch(() => null);
    if (!answer) return;
    forms = answer.forms;
    if (anew || !parts?.form.isConnected) build(box);
    list(answer.broken);
  },
};

function build(box) {
  const all = places();
  if (!all.some((p) => p.value === place)) place = all[0].value;
  const options = (some) => some.map((p) => h("option", { value: p.value }, p.text));
  const where = h("select", { id: "fault-where", onchange: () => { place = where.value; offer(); } },
    h("optgroup", { label: t("page.faults.hosts") }, options(all.filter((p) => !p.link))),
    h("optgroup", { label: t("page.faults.links") }, options(all.filter((p) => p.link))));
  where.value = place;
  const what = h("select", { id: "fault-what", onchange: () => { kind = what.value; ask(); } });
  const value = h("input", { id: "fault-value", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const row = h("p.form__row", null, h("label", { for: "fault-value" }, t("page.faults.value")), value);
  const note = h("p.soft", { id: "fault-note" });
  const form = h("form.form", { onsubmit: (event) => { event.preventDefault(); breakIt(); } },
    h("p.form__row", null, h("label", { for: "fault-where" }, t("page.faults.where")), where),
    h("p.form__row", null, h("label", { for: "fault-what" }, t("page.faults.what")), what),
    row, note, h("p", null, h("button.btn", { type: "submit" }, t("page.faults.break"))));
  parts = { form, where, what, value, row, note, broken: h("div.broken", { role: "status" }) };
  box.replaceChildren(h("h3", null, t("page.faults.now")), parts.broken, h("h3", null, t("page.faults.new")), form);
  offer();
}

// offer lists what can break at the place that is chosen.
function offer() {
  const link = place.includes(" ");
  const some = forms.filter((f) => Boolean(f.link) === link);
  parts.what.replaceChildren(...some.map((f) => h("option", { value: f.kind }, t(`page.fault.${f.kind}`))));
  if (!some.some((f) => f.kind === kind)) kind = some[0].kind;
  parts.what.value = kind;
  ask();
}

// ask shows the field for a value where the kind needs one, with an example that works.
function ask() {
  const form = forms.find((f) => f.kind === kind);
  parts.row.hidden = !form.value;
  parts.value.value = form.value ?? "";
  parts.note.textContent = t(`page.fault.${kind}.note`);
}

async function breakIt() {
  const [host, peer = ""] = place.split(" ");
  const value = parts.row.hidden ? "" : parts.value.value.trim();
  await act("fault", { host, kind, args: `${peer} ${value}`.trim() });
}

function list(broken) {
  if (!broken.length) {
    parts.broken.replaceChildren(h("p.empty", null, t("page.faults.none")));
    return;
  }
  parts.broken.replaceChildren(h("ul.faults", null, broken.map((f) => {
    const [peer, ...value] = forms.find((form) => form.kind === f.kind)?.link ? f.args.split(" ") : ["", f.args];
    const text = t("page.faults.one", { where: [f.host, peer].filter(Boolean).join(" – "), what: t(`page.fault.${f.kind}`), value: value.join(" ") });
    return h("li", null, h("span", null, text), h("button.btn.btn--bare", { type: "button", "aria-label": t("page.faults.repair-it", { what: text }), onclick: () => act("repair", f) }, t("page.faults.repair")));
  })));
}
