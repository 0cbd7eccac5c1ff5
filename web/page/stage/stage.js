// Starts the stage's program and carries messages between the page and it (docs/api.md). What the program is given to call
// is in `stage`; it adds its own functions. Those that can change the picture say whether they have.
"use strict";
(() => {
  const UI = '"Segoe UI Variable Text","Segoe UI","SF Pro Text",-apple-system,BlinkMacSystemFont,Roboto,"Noto Sans",Cantarell,Lato,"Liberation Sans",system-ui,sans-serif';
  const MONO = 'ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Roboto Mono","Noto Sans Mono","DejaVu Sans Mono","Liberation Mono",monospace';
  const AFTER = 2; // frames that pass after a change, so that the last picture is surely on the screen
  const painted = !new URLSearchParams(location.search).has("svg"); // on a canvas; otherwise the page asks for SVG
  let dead = false; // nothing works any more
  let dark = false; // the canvas does not, and the rest does
  let ready = false;
  let visible = true;
  let changed = false;

  const tell = (message) => parent.postMessage(message, location.origin);

  const stage = {
    painted,
    // installed comes before the first frame, which a document in the background, or without a canvas, does not get: it is
    // ready without.
    installed() {
      if (document.hidden || !painted) announce();
    },
    // ready comes with the first frame.
    ready() {
      gate.release();
      announce();
    },
    // dead says what has ended: without its canvas the stage still says how it looks.
    dead(reason, detail) {
      if (dead || dark) return;
      if (reason === "crash") dead = true;
      else dark = true;
      gate.close(0);
      gate.hold();
      tell({ type: "dead", reason, detail: String(detail) });
    },
    ink,
  };
  window.stage = stage;
  gate.lost = () => stage.dead("context", "the WebGL context was lost");
  gate.tired = (on) => stage.plain?.(on);

  function announce() {
    if (ready || dead) return;
    ready = true;
    if (painted && !legible()) return stage.dead("canvas", "the browser hides what is painted on a canvas");
    gate.close(AFTER);
    tell({ type: "ready" });
  }

  const wake = () => {
    changed = true;
    if (!visible || dead || dark) return;
    changed = false;
    gate.wake(AFTER);
  };
  const answer = (id, what) => tell({ type: "answer", id, what });

  const handlers = {
    events: ({ keep, chunk }) => stage.events(keep, chunk ? new Uint8Array(chunk) : null) && wake(),
    clock({ now, total, rate }) {
      const other = stage.rate(rate ?? 0);
      if (stage.clock(now, total) || other) wake();
    },
    view: (view) => stage.view(view) && wake(),
    camera: ({ zoom, x, y }) => stage.camera(zoom, x, y) && wake(),
    follow: ({ conn }) => stage.follow(conn) && wake(),
    pin: ({ host, x, y }) => stage.pin(host, x, y) && wake(),
    unpin: ({ host }) => stage.unpin(host ?? "") && wake(),
    visible({ on }) {
      visible = on;
      if (on && changed) wake();
    },
    hit: ({ x, y, id }) => answer(id, stage.hit(x, y)),
    things: ({ id }) => answer(id, stage.things()),
    seen: ({ id }) => answer(id, stage.seen()),
    svg: ({ note, id }) => answer(id, stage.svg(note ?? "")),
    still: ({ chunk, width, height, id }) => answer(id, stage.still(new Uint8Array(chunk), width, height)),
    roll({ first, total, end, fps, id }) {
      stage.roll(first, total, end, fps);
      answer(id, true);
    },
    picture: ({ id }) => answer(id, stage.nextPicture(moment)),
    count: () => tell({ type: "frame", n: gate.frames, busy: gate.busy, work: stage.work() }),
  };

  // moment writes a time of the world, in nanoseconds, for the corner of a picture.
  function moment(now) {
    const ms = Math.floor(now / 1e6);
    const two = (n) => String(Math.floor(n)).padStart(2, "0");
    const hours = Math.floor(ms / 36e5);
    return `${hours ? `${hours}:` : ""}${two((ms / 6e4) % 60)}:${two((ms / 1e3) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
  }

  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== location.origin || dead) return;
    try {
      if (Object.hasOwn(handlers, event.data.type)) handlers[event.data.type](event.data);
    } catch (error) {
      stage.dead("crash", error);
    }
  });

  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  let pen = canvas.getContext("2d", { willReadFrequently: true });

  // ink paints a text and returns how much of each pixel it covers. style is weight and size; a halo is the line around
  // the letters.
  function ink(text, style, mono, halo) {
    const font = style + (mono ? MONO : UI);
    pen.font = font;
    const m = pen.measureText(text);
    const edge = Math.ceil(halo / 2) + 1;
    const left = Math.ceil(Math.max(m.actualBoundingBoxLeft, 0)) + edge;
    const up = Math.ceil(m.actualBoundingBoxAscent) + edge;
    const width = left + Math.ceil(Math.max(m.actualBoundingBoxRight, m.width)) + edge;
    const height = up + Math.ceil(Math.max(m.actualBoundingBoxDescent, 0)) + edge;
    if (width > canvas.width || height > canvas.height) {
      canvas.width = Math.max(width, canvas.width);
      canvas.height = Math.max(height, canvas.height);
    }
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.font = font;
    pen.fillStyle = pen.strokeStyle = "#fff";
    pen.lineJoin = "round";
    pen.lineWidth = halo;
    if (halo > 0) pen.strokeText(text, left, up);
    else pen.fillText(text, left, up);
    const { data } = pen.getImageData(0, 0, width, height);
    const alpha = new Uint8Array(width * height);
    for (let i = 0; i < alpha.length; i++) alpha[i] = data[4 * i + 3];
    return { width, height, left, up, advance: m.width, alpha };
  }

  // legible says whether what is painted can be read back: some browsers answer with noise, so that nobody is recognised
  // by their fonts.
  function legible() {
    pen.clearRect(0, 0, 8, 8);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, 8, 4);
    const { data } = pen.getImageData(0, 0, 8, 8);
    const near = (from, to, alpha) => {
      for (let i = from; i < to; i += 4) if (Math.abs(data[i + 3] - alpha) > 8) return false;
      return true;
    };
    return near(0, 128, 255) && near(128, 256, 0);
  }

  async function program(url, imports) {
    try {
      return (await WebAssembly.instantiateStreaming(fetch(url), imports)).instance;
    } catch { // a server that names another type than application/wasm: the file is read whole first
      return (await WebAssembly.instantiate(await (await fetch(url)).arrayBuffer(), imports)).instance;
    }
  }

  async function start() {
    const base = new URL("../", location.href);
    const manifest = await (await fetch(new URL("manifest.json", base))).json();
    const go = new Go();
    await go.run(await program(new URL(manifest.stage, base), go.importObject));
    stage.dead("crash", "the program ended");
  }

  start().catch((error) => stage.dead("crash", error));
})();
