// What is typed at a host. A telnet to a door of this world gets a tab of its own, where its lines are explained; all the rest
// is the shell's of that host, which runs in the world.
import { act } from "./act.js";
import { choices, connect } from "./doors.js";
import { codes, t } from "./i18n.js";
import { model } from "./model.js";
import { place } from "./place.js";
import { terminal } from "./terminal.js";
import { note } from "./transcript.js";

const PORTS = { smtp: 25, pop3: 110, "pop-3": 110, imap: 143, imap2: 143 };

// shell runs one line typed at the host, and says whether it did.
export async function shell(line) {
  const words = line.trim().split(/\s+/);
  const [command, target, port = "23", from = "0", ...rest] = words;
  if (command === "telnet" && target && !rest.length && !terminal(model.tab)?.running) {
    const number = /^\d+$/.test(port) ? Number(port) : PORTS[port];
    const own = ["localhost", "127.0.0.1"].includes(target.toLowerCase());
    const host = own ? model.here() : model.state.world.hosts.find((x) => x.name === target.toLowerCase() || x.address === target);
    const listens = /^\d+$/.test(from) && Number(from) < 65536 && host?.services?.some((door) => door.port === number);
    if (listens) {
      note(model.tab, line, "shell");
      await connect(host.name, number, Number(from));
      return true;
    }
    if (!host && place.bridge?.reaches(target.toLowerCase())) {
      note(model.tab, line, "shell");
      await place.bridge.telnet(target.toLowerCase(), number);
      return true;
    }
    if (!await type(`${line}\n`)) return false;
    if (host) help("page.shell.nobody", { host: host.name, port }, host.name);
    else nearest(target.toLowerCase());
    return true;
  }
  const running = terminal(model.tab)?.running;
  if (!await type(`${line}\n`)) return false;
  if (command === "help" && !running) help("page.shell.help");
  return true;
}

// type gives octets to the terminal of the host in view.
export const type = (text) => act("shell", { host: model.tab, text });

// nearest names the host whose name is like one that nobody has.
function nearest(target) {
  const near = model.state.world.hosts.map((x) => x.name).find((name) => name.startsWith(`${target}.`) || distance(name, target) <= 2);
  if (near) help("page.shell.near", { host: target, near }, near);
}

function help(id, args, only) {
  note(model.tab, [...codes(t(id, args)), " ", ...choices(only)]);
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
