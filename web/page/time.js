// Virtual time: the transport, the pace, the clock, and the band that says that you look at the past.
import { act } from "./act.js";
import { band, unband } from "./bands.js";
import { $, byId, icon, label, write } from "./dom.js";
import { clock } from "./format.js";
import { t } from "./i18n.js";
import { behind } from "./late.js";
import { menu } from "./menu.js";
import { model } from "./model.js";
import { bench } from "./bench.js";

export const toggle = () => act(model.state.playing ? "pause" : "play");
export const step = () => act("step");
export const back = () => act("back");

// fork goes on from the moment in view as a branch of its own; what came after it stays in the one before.
export async function fork() {
  if (model.state.past) await bench("branch");
}

// forkAt goes on from a line: from before what the learner typed, from after what they heard.
export async function forkAt(line) {
  const typed = (line.dir === "C") !== model.served(line.conn) && model.conn(line.conn)?.mine
    ? model.happened(line.conn).findLast((e) => e.kind === "input" && e.label === "type" && e.seq <= line.seq) : undefined;
  if (await act("seek", typed ? { before: typed.seq } : { t: model.seenAt(line) })) await bench("branch");
}

export function initTime() {
  const buttons = { start: () => act("seek", { t: 0 }), back, play: toggle, step, run: () => act("run", { until: "quiet" }) };
  for (const [name, run] of Object.entries(buttons)) $(`[data-time="${name}"]`).addEventListener("click", run);
  menu(byId("pick-pace"), paces);
  model.on("change", behind(draw)); // the bar is no part of a reply
}

function paces() {
  const until = (name, cut) => ({ text: t(`page.run.${name}`), cut, run: () => act("run", { until: name }) });
  return [
    ...(model.hello.paces ?? []).map((name) => ({
      text: paceName(name), note: { show: t("page.pace.show"), 1: t("page.pace.real") }[name], checked: name === model.state.pace,
      run: () => act("pace", { name }),
    })),
    until("retry", true), until("bounce"), until("day"),
  ];
}

const paceName = (name) => (name === "show" ? name : `${name}×`);

function draw() {
  const { now, end, past, playing, pace } = model.state;
  const face = byId("clock");
  write(face, clock(now));
  if (past) face.append(Object.assign(document.createElement("small"), { textContent: t("page.time.of", { end: clock(end) }) }));
  write($("#pick-pace b"), paceName(pace));
  const play = byId("play");
  const name = t(playing ? "page.time.pause" : "page.time.play");
  if (play.title !== name) {
    label(play, name);
    play.replaceChildren(icon(playing ? "pause" : "play"));
  }
  if (past && !model.pastShown) {
    model.pastShown = true;
    band("past", {
      text: t("page.past"), kind: "past", picture: "clock", actions: [
        { id: "return", text: t("page.past.return"), stays: true, run: () => act("seek", { t: model.state.end }) },
        { id: "fork", text: t("page.past.fork"), main: true, key: "F", stays: true, run: fork },
      ],
    });
  } else if (!past && model.pastShown) {
    model.pastShown = false;
    unband("past");
  }
}
