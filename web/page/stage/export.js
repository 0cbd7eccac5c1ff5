// Pictures of the stage to take along: the moment as PNG or SVG, and the run up to it as an animated GIF, which is the one
// moving picture that every program for slides plays. All are made from the SVG of the picture, so they need no WebGL.
import { gif } from "./gif.js";

const FPS = 12.5; // a GIF counts hundredths of a second: 8 of them
const LONGEST = 900; // pictures of a run
const WIDEST = 1280; // px of a run's pictures

// save makes a picture and hands it to the browser to save. how is "png", "svg" or "gif".
export async function save(how, page) {
  const { model, ask, offer, t, dialog, h } = page;
  const { now, world } = model.state;
  const name = `${world.name}-${Math.round(now / 1e6)}`;
  if (how === "gif") return run(name, page);
  const svg = await ask({ type: "svg", note: page.clock(now) });
  if (!svg) return undefined;
  if (how === "svg") return offer(`${name}.svg`, svg, "image/svg+xml");
  const scale = Math.max(2, Math.min(devicePixelRatio, 4));
  const canvas = await paint(svg, document.createElement("canvas"), scale);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (blob) return offer(`${name}.png`, blob, "image/png");
  return dialog(t("page.stage.save-png"), h("p", null, t("page.stage.save-failed")));
}

// paint draws an SVG picture onto a canvas, scale times as large.
async function paint(svg, canvas, scale) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(url);
  }
}

// run makes the animation, at the pace that shows each hop, from the first connection to the moment in view. The dialog
// tells how far it is; closing it ends the work.
async function run(name, page) {
  const { model, ask, offer, t, dialog, h } = page;
  const { total, now } = model.state;
  const bar = h("progress", { "aria-label": t("page.stage.save-gif") });
  const said = h("p", { role: "status" }, t("page.stage.gif-working", { n: 0 }));
  const box = dialog(t("page.stage.save-gif"), h("p", null, t("page.stage.gif-what")), bar, said);
  const first = Math.max(0, model.events.findIndex((e) => e.kind === "open" || e.kind === "queued"));
  await ask({ type: "roll", first, total, end: now, fps: FPS });
  const movie = gif(Math.round(100 / FPS));
  const canvas = document.createElement("canvas");
  let count = 0;
  let over = false;
  while (box.open && count < LONGEST) {
    const svg = await ask({ type: "picture" });
    if (!svg) {
      over = true;
      break;
    }
    const scale = Math.min(1, WIDEST / page.over.clientWidth);
    await paint(svg, canvas, scale);
    movie.add(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
    said.textContent = t("page.stage.gif-working", { n: ++count });
  }
  if (!box.open) return;
  const blob = new Blob([movie.end()], { type: "image/gif" });
  offer(`${name}.gif`, blob, "image/gif");
  bar.remove();
  said.textContent = t(over ? "page.stage.gif-done" : "page.stage.gif-cut", { n: count, mb: (blob.size / 1e6).toFixed(1) });
}
