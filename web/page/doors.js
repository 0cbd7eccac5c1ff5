// The doors of a world: what listens where, and how to get a connection to it.
import { act } from "./act.js";
import { h } from "./dom.js";
import { codes, t } from "./i18n.js";
import { model } from "./model.js";

// doors lists what listens in this world: pairs of a host's name and {protocol, port}.
export const doors = () => model.state.world.hosts.flatMap((host) => (host.services ?? []).map((door) => [host.name, door]));

// connect opens a connection and shows its tab.
export async function connect(target, port, from = 0) {
  const answer = await act("open", { host: model.here().name, target, port, from });
  if (!answer) return;
  model.explain(null);
  model.show(answer.conn);
  document.getElementById("line").focus();
}

// nobody says after a refusal what does listen there.
export const nobody = (host, port) => ["\n", ...codes(t("page.shell.nobody", { host, port })), " ", ...choices(host)];

// choices are the telnet lines that work, of one host or of all.
export function choices(only) {
  return doors().filter(([host]) => !only || host === only).flatMap(([host, { port }]) => [
    h("button.link", { type: "button", onclick: () => connect(host, port) }, `telnet ${host} ${port}`), "  "]);
}
