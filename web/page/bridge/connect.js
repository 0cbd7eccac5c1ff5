// The dialog before a connection: where it leads, what leaves this machine, and what is wrong when it does not come about.
import { chain } from "./line.js";

// ask shows the dialog; connect is called with {host, port, tls} and may refuse. It resolves with what connect gave, or
// with undefined where the learner thought better of it.
export function ask({ dialog, h, t, codes, insecure }, { targets, host = "", port = 0, room }, connect) {
  return new Promise((resolve) => {
    let answer;
    const named = (hosts) => {
      const all = hosts.filter((name) => !name.startsWith("*"));
      const words = all.filter((name) => /[a-z]/.test(name) && !name.includes(":"));
      return words.length ? words : all;
    };
    const doors = targets.flatMap(({ hosts, ports, protocol }) => named(hosts).flatMap((name) => ports.map((number) => ({ host: name, port: number, protocol }))));
    const name = h("input", { type: "text", name: "host", id: "real-host", autocomplete: "off", autocapitalize: "none", spellcheck: "false", required: true });
    const number = h("input", { type: "text", name: "port", id: "real-port", inputmode: "numeric", autocomplete: "off", pattern: "[0-9]{1,5}", required: true });
    const tls = h("input", { type: "checkbox", name: "tls", id: "real-tls" });
    const implicit = (name, number) => targets.some(({ hosts, tls: ports = [] }) => ports.includes(number) && hosts.some((pattern) => pattern === name || pattern.startsWith("*")));
    const choose = (door) => {
      name.value = door.host;
      number.value = door.port || "";
      tls.checked = implicit(door.host, Number(door.port));
    };
    number.addEventListener("input", () => (tls.checked = implicit(name.value, Number(number.value))));
    choose(host ? { host, port } : doors[0] ?? { host: "", port: "" });
    const said = h("div.real__said", { role: "status" });
    const go = h("button.btn.btn--main", { type: "submit", data: { action: "connect" } }, t("bridge.connect"));
    const submit = async (event) => {
      event.preventDefault();
      go.disabled = true;
      said.replaceChildren(h("p", null, t("bridge.connecting", { host: name.value })));
      try {
        answer = await connect({ host: name.value.trim().toLowerCase(), port: Number(number.value), tls: tls.checked });
        node.close();
      } catch (e) {
        said.replaceChildren(h("p.real__bad", null, codes(t(e.id ?? "bridge.gone", e.args))), e.tls ? h("pre", null, `${e.tls.problem ?? ""}\n${chain(e.tls)}`.trim()) : "");
        said.scrollIntoView({ block: "nearest" });
        go.disabled = false;
      }
    };
    const node = dialog(t("bridge.dialog"), h("form.real__form", { onsubmit: submit },
      h("p", null, h("b.real", null, t("bridge.word")), " ", t("bridge.about", { room })),
      doors.length > 1 ? h("div.real__doors", { role: "group", "aria-label": t("bridge.doors") }, doors.slice(0, 12).map((door) => h("button.chip", { type: "button", onclick: () => choose(door) }, `${door.protocol.toUpperCase()} ${door.host} ${door.port}`))) : null,
      h("div.real__fields", null,
        h("label", { for: "real-host" }, t("bridge.host")), name, h("label", { for: "real-port" }, t("bridge.port")), number),
      h("label.check", { for: "real-tls" }, tls, t("bridge.tls-first")),
      h("h3", null, t("bridge.leaves")),
      h("ul.real__leaves", null, ["lines", "seen", "noted", "kept", insecure && "open"].filter(Boolean).map((id) => h("li", null, codes(t(`bridge.leaves.${id}`, { bridge: globalThis.location.host }))))),
      said,
      h("div.rowbtn", null, go, h("button.btn", { type: "button", onclick: () => node.close() }, t("bridge.stay")))));
    node.classList.add("real__dialog");
    node.addEventListener("close", () => resolve(answer));
    (host || doors.length ? go : name).focus();
  });
}
