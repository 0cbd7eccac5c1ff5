// Completion: what the line could become is shown in grey behind it, and Tab writes it. The verbs are those that are
// legal in the session's state.
import { doors } from "./doors.js";
import { driver } from "./driver.js";
import { byId, h } from "./dom.js";
import { model } from "./model.js";
import { place } from "./place.js";
import { ahead } from "./whole.js";

const REST = { MAIL: "MAIL FROM:<", RCPT: "RCPT TO:<" };
let input, ghost;
let legal = [];
let asked = "";
let suggestion = "";
let drawn = ""; // what stands behind the line
let words = { line: "", whole: "" }; // what the core made of a line typed at a host

export const complete = {
  offer: "", // a whole line to begin with, on the first visit

  init(insertWhole) {
    input = byId("line");
    ghost = byId("ghost");
    this.insertWhole = insertWhole;
    driver.on("grown", () => {
      words = { line: "", whole: "" }; // with shells there are more
      this.draw();
    });
  },

  // draw shows what Tab would write.
  draw() {
    ask();
    suggestion = find(input.value, this.offer);
    const rest = begins(suggestion, input.value) ? suggestion.slice(input.value.length) : `  → ${suggestion}`;
    const key = suggestion && `${input.value}\n${rest}`;
    if (key === drawn) return;
    drawn = key;
    ghost.replaceChildren(...(suggestion ? [h("i", null, input.value), rest] : []));
  },

  // accept writes it, and says whether there was anything to write.
  accept() {
    if (!suggestion) return false;
    input.value = suggestion;
    this.draw();
    return true;
  },
};

function find(typed, offer) {
  if (model.covered || model.state?.lesson?.unaided && !model.atHost()) return "";
  if (input.placeholder && !offer && !model.atHost()) return "";
  if (offer && begins(offer, typed) && offer !== typed) return offer;
  if (!typed) return "";
  if (model.atHost()) return atHost(typed);
  const conn = model.conn(model.tab);
  if (!conn?.open || conn.served || model.content(conn.id)) return "";
  const upper = latin(typed).replace(/^\S+/, (first) => first.toUpperCase());
  if (latin(typed) !== typed && legal.includes(upper.split(" ")[0])) return upper;
  const tag = conn.protocol === "imap" ? /^\S+ /.exec(typed)?.[0] : "";
  if (tag === undefined) return "";
  const word = typed.slice(tag.length);
  if (!word) return "";
  const verb = legal.find((v) => v.length > word.length && v.startsWith(word.toUpperCase()));
  const whole = verb ? REST[verb] ?? verb : REST[word.toUpperCase()] ?? Object.values(REST).find((r) => begins(r, word));
  return whole && whole.length > word.length ? tag + whole : "";
}

// atHost gives the line with its last word completed as far as that is certain. The core is asked, and answers later.
function atHost(typed) {
  if (words.line === typed) return words.whole;
  if (model.readOnly || model.state?.past || place.real()) return "";
  const [command, , port] = typed.trimStart().split(" ");
  if (!"telnet".startsWith(command) && !command.startsWith("/")) ahead(); // somebody will want a shell
  if (port && doors().some(([, door]) => door.port === Number(port) && door.protocol !== "smtp")) ahead();
  driver.call("complete", { host: model.tab, text: typed }).then(({ words: all }) => {
    const begin = /[^\s|;&<>]*$/.exec(typed).index;
    let common = all[0] ?? "";
    for (const word of all) while (!word.startsWith(common)) common = common.slice(0, -1);
    const whole = typed.slice(0, begin) + common + (all.length === 1 && !common.endsWith("/") ? " " : "");
    words = { line: typed, whole: common && whole.length > typed.length ? whole : "" };
    if (input.value === typed) complete.draw();
  }, () => {});
  return "";
}

const begins = (whole, part) => whole.toLowerCase().startsWith(part.toLowerCase());

// latin gives what the same keys write on a Latin keyboard: УРДЩ is EHLO.
const KEYS = ["йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,."];
const latin = (typed) => [...typed].map((c) => KEYS[1][KEYS[0].indexOf(c.toLowerCase())] ?? c).join("");

// ask learns which verbs are legal when the session's state has changed.
function ask() {
  const conn = model.conn(model.tab);
  const key = conn?.open && !conn.served ? `${conn.id} ${conn.state} ${model.state.epoch}` : "";
  if (key === asked) return;
  asked = key;
  legal = [];
  drawLegal();
  if (!key) return;
  driver.call("states", { conn: conn.id }).then((answer) => {
    if (asked !== key) return;
    legal = model.state.lesson?.unaided ? [] : answer?.legal ?? [];
    drawLegal();
    complete.draw();
  }, () => {});
}

// On a phone the legal verbs are keys beside the signs.
function drawLegal() {
  const tag = model.conn(model.tab)?.protocol === "imap" ? "a " : "";
  byId("pkeys-legal")?.replaceChildren(...legal.map((verb) => h("button.chip", { type: "button", onclick: () => complete.insertWhole(`${tag}${REST[verb] ?? verb}`) }, verb)));
}
