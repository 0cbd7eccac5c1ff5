// The learner's host: a prompt that knows telnet, and says what exists when it is asked for something else.
import { choices, connect } from "./doors.js";
import { codes, t } from "./i18n.js";
import { model } from "./model.js";
import { place } from "./place.js";
import { note } from "./transcript.js";

const PORTS = { smtp: 25, pop3: 110, "pop-3": 110, imap: 143, imap2: 143 };

// shell runs one line typed at the host.
export async function shell(line) {
  note(model.tab, line, "shell");
  const [command, target, port = "23", from = "0", ...rest] = line.trim().split(/\s+/);
  if (!command) return;
  if (command === "help" || command === "?") return help("page.shell.help");
  if (command !== "telnet") return help("page.shell.unknown", { command });
  if (!target || rest.length) return help("page.shell.usage");
  const number = /^\d+$/.test(port) ? Number(port) : PORTS[port];
  if (!(number > 0 && number < 65536)) return help("page.shell.port", { port });
  if (!(/^\d+$/.test(from) && Number(from) < 65536)) return help("page.shell.port", { port: from });
  const own = ["localhost", "127.0.0.1"].includes(target.toLowerCase());
  const host = own ? model.here() : model.state.world.hosts.find((x) => x.name === target.toLowerCase() || x.address === target);
  if (!host && place.bridge?.reaches(target.toLowerCase())) return place.bridge.telnet(target.toLowerCase(), number);
  if (!host) return unknownHost(target, port);
  await connect(host.name, number, Number(from));
}

function unknownHost(target, port) {
  note(model.tab, `telnet: could not resolve ${target}/${port}: Name or service not known`, "note");
  const near = model.state.world.hosts.map((x) => x.name).filter((name) => name.startsWith(`${target.toLowerCase()}.`) || distance(name, target.toLowerCase()) <= 2);
  note(model.tab, [...codes(near.length ? t("page.shell.near", { host: target, near: near[0] }) : t("page.shell.nohost", { host: target })), " ", ...choices(near[0])]);
}

function help(id, args) {
  note(model.tab, [...codes(t(id, args)), " ", ...choices()]);
}

// distance counts the letters to change, add or leave out to make one word of another.
function distance(a, b) {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length];
}
