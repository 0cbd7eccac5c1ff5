// What waits for what: a reply is drawn as soon as it is there, and what is drawn late waits for an idle moment behind the
// frame that shows it.
import { Emitter } from "./emitter.js";

const PATIENCE = 50; // ms that a late drawing waits for an idle moment
const LONGEST = 1000; // ms that it waits for a reply, or for a hand that types
const HAND = 150; // ms after a key in which another may come
const ENOUGH = 8; // ms that is drawn in one go where no moment is idle

const idle = window.requestIdleCallback ? (run) => requestIdleCallback(run, { timeout: PATIENCE }) : (run) => run(null);
const waiting = new Set(); // late drawings that were asked for
const light = new Set(); // drawings that take next to no time: they come first, and never need a frame of their own
let planned = false;
let due = 0; // the timer that ends the wait for a reply, 0 while none is due
let newest = null; // the answer that is waited for
let pressed = -HAND; // when a key was
addEventListener("keydown", () => (pressed = performance.now()), { capture: true, passive: true });

// replies tells with "due" (true, then false) that nothing should be in the way of a reply.
export const replies = new Emitter();

// painted runs something when the next frame is painted: then the task after its callbacks begins.
const painted = (run) => requestAnimationFrame(() => setTimeout(run));

// late makes a function that draws what is not urgent: once, after the frame that shows the urgent, however often it is
// called until then.
export function late(draw, { lightly = false } = {}) {
  if (lightly) light.add(draw);
  return () => {
    waiting.add(draw);
    if (planned || due) return;
    planned = true;
    painted(() => idle(drawLate));
  };
}

// behind makes a function that draws something light: at once, or where a reply is due, with what is late.
export function behind(draw) {
  const later = late(draw, { lightly: true });
  return () => (due ? later() : draw());
}

// spare makes a function of what draws nothing that is seen: it runs in an idle moment in which no reply is due, and not between
// keys, of which the next may be Enter. It asks for no frame, since a browser that has one to make keeps the answer to a key
// pressed meanwhile until it is made.
export function spare(run) {
  const later = late(run);
  const look = (until) => idle(() => {
    const now = performance.now();
    if (due) later();
    else if (now < Math.min(pressed + HAND, until)) setTimeout(look, pressed + HAND - now, until);
    else run();
  });
  return () => look(performance.now() + LONGEST);
}

// expect keeps back what is late until the frame is painted that shows an answer: the promise of one that a person waits for.
export function expect(answer) {
  newest = answer;
  if (!due) {
    due = setTimeout(go, LONGEST);
    replies.emit("due", true);
  }
  const shown = () => painted(() => { if (newest === answer) go(); });
  answer.then(shown, shown);
  return answer;
}

function go() {
  clearTimeout(due);
  due = 0;
  newest = null;
  replies.emit("due", false);
  if (planned || !waiting.size) return;
  planned = true;
  idle(drawLate);
}

// drawLate draws what waits: what is light, and as much of the rest as the idle moment is long. Where none came in time the
// machine is slow, and each frame is dear: then more is drawn for one.
function drawLate(moment) {
  planned = false;
  if (due) return;
  const begin = performance.now();
  const left = () => (moment && !moment.didTimeout ? moment.timeRemaining() - 4 : begin + ENOUGH - performance.now());
  try {
    for (const draw of light) if (waiting.delete(draw)) draw();
    while (waiting.size) {
      const [draw] = waiting;
      waiting.delete(draw);
      draw();
      if (left() < 0) break;
    }
  } finally { // one that fails does not take the others along
    if (waiting.size && !planned) {
      planned = true;
      idle(drawLate);
    }
  }
}
