// The gate stands between Ebitengine and the browser, and is closed before the program starts: while nothing on the stage
// moves, its frame loop and its timers wait here and cost nothing. It also keeps a lost WebGL context from reloading the
// document, and everything in it from taking the focus.
"use strict";
(() => {
  const frame = window.requestAnimationFrame.bind(window);
  const cancel = window.cancelAnimationFrame.bind(window);
  const timeout = window.setTimeout.bind(window);
  const clear = window.clearTimeout.bind(window);
  const LONG = 50; // ms: timers from here on only watch, so they can wait; shorter ones are part of the work
  let open = Infinity; // frames that may still pass
  let waiting = null; // the frame that waits
  const late = new Map(); // timers that wait, by number
  let number = 0;
  let held = true; // whether changes of size are kept from the program: before its first frame it cannot take them
  let resized = false;

  let resting = false; // whether nothing passes, since the page has something to show first
  let rested = []; // the frames that wait for that
  const asked = new Map(); // the frames that the browser was asked for, by its number: what asks again

  const TIRED = 30; // ms of work in a frame from which on a device counts as slow
  let tired = false;

  const runLate = () => {
    const timers = [...late.values()];
    late.clear();
    for (const run of timers) run();
  };

  // pass lets a frame pass. Where its work takes long, the next one waits as long again, so that the page keeps half of the
  // device, and less is drawn: fewer frames, never a late clock.
  const pass = (callback) => {
    const run = () => {
      if (resting) return void rested.push(run);
      const id = frame((time) => {
        asked.delete(id);
        draw(time);
      });
      asked.set(id, run);
    };
    const draw = (time) => {
      gate.frames++;
      open--;
      const begin = performance.now();
      callback(time);
      gate.busy += (performance.now() - begin - gate.busy) / 8;
      if (gate.busy > TIRED !== tired && (gate.busy > TIRED || gate.busy < TIRED / 3)) gate.tired((tired = !tired));
    };
    if (gate.busy > TIRED) timeout(run, Math.min(gate.busy, 200));
    else run();
    return 0;
  };

  const gate = {
    frames: 0,
    busy: 0, // ms of work in a frame, smoothed
    tired() {},
    // wake lets the next n frames pass.
    wake(n) {
      open = Math.max(open, n);
      const callback = waiting;
      waiting = null;
      if (callback) pass(callback);
      if (!resting) runLate();
    },
    // hold keeps changes of size from the program until release.
    hold() { held = true; },
    release() {
      held = false;
      if (resized) window.dispatchEvent(new Event("resize"));
      resized = false;
    },
    // rest lets nothing pass while it is on; the page calls it. A frame that was asked for would come before what the page
    // shows, and be one more for the whole page.
    rest(on) {
      resting = on;
      if (on) {
        for (const [id, run] of asked) {
          cancel(id);
          rested.push(run);
        }
        asked.clear();
        return;
      }
      const runs = rested;
      rested = [];
      for (const run of runs) run();
      runLate();
    },
    // close lets no more than n frames pass until the next wake.
    close(n) { open = n; },
    lost() {},
  };

  window.requestAnimationFrame = (callback) => {
    if (open > 0) return pass(callback);
    waiting = callback;
    return 0;
  };
  window.setTimeout = (callback, delay, ...args) => {
    if (!resting && (open > 0 || !(delay >= LONG))) return timeout(callback, delay, ...args);
    const id = -++number;
    late.set(id, () => callback(...args));
    return id;
  };
  window.clearTimeout = (id) => {
    if (!late.delete(id)) clear(id);
  };
  window.addEventListener("resize", (event) => {
    if (!held) return;
    resized = true;
    event.stopImmediatePropagation();
  });
  window.addEventListener("webglcontextlost", (event) => {
    event.stopImmediatePropagation();
    event.preventDefault();
    gate.lost();
  }, true);
  HTMLElement.prototype.focus = () => {};
  window.gate = gate;
})();
