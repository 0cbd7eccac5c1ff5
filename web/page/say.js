// What is said to a screen reader: one polite region. Lines that come faster than speech are gathered, and when they
// are many only the last are read with a count of the others.
import { byId } from "./dom.js";
import { t } from "./i18n.js";
import { spare } from "./late.js";

const GATHER = 400; // ms
const MOST = 4;
const LONGEST = 1000; // characters of a line that is read out
let waiting = [];
let timer = 0;

export function say(text) {
  waiting.push(text.slice(0, LONGEST).replaceAll("`", ""));
  timer ||= setTimeout(speakLate, GATHER);
}

const speakLate = spare(speak);

function speak() {
  timer = 0;
  const left = waiting.length - MOST;
  const lines = left > 0 ? [t("page.say.more", { n: left }), ...waiting.slice(-MOST)] : waiting;
  waiting = [];
  byId("say").replaceChildren(...lines.map((line) => {
    const p = document.createElement("p");
    p.textContent = line;
    return p;
  }));
}
