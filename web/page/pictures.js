// The pictures of a lesson. They are made of the world itself where they are shown: states of the table that servers obey, ladder and
// stage of what happens when the solution is played, in a core of its own.
import { Core } from "./core.js";
import { dialog } from "./dialogs.js";
import { h } from "./dom.js";
import { diagram } from "./fsm.js";
import { t } from "./i18n.js";
import { model } from "./model.js";
import { drawn, tableOf } from "./reading.js";
import { still } from "./stage.js";

const NARROW = 520; // CSS pixels below which states stand under each other
const LEAST = 560; // CSS pixels that the stage needs: where there are fewer it is drawn smaller
const PAPER = 640;

// pictures draws the figures of a lesson's text, each when it comes into view. Where one cannot be drawn its caption stays.
export function pictures(text, lesson) {
  const figures = [...text.querySelectorAll("figure[data-picture]")];
  if (!figures.length) return text;
  const world = played(lesson);
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) {
      seen.unobserve(target);
      draw(target, world, target.clientWidth || 300).catch(() => {});
    }
  });
  for (const figure of figures) seen.observe(figure);
  return text;
}

// allPictures draws all of them at once, for paper.
export function allPictures(text, lesson) {
  const world = played(lesson);
  return Promise.all([...text.querySelectorAll("figure[data-picture]")].map((figure) => draw(figure, world, PAPER).catch(() => {})));
}

async function draw(figure, world, width) {
  const { picture, of } = figure.dataset;
  const box = h(`div.picture__box.picture__box--${picture}`, picture === "ladder" ? { tabindex: 0, role: "region", "aria-label": t("page.lesson.picture") } : null);
  const svg = await svgOf(picture, of, world, width);
  if (typeof svg === "string") box.innerHTML = svg;
  else if (svg) box.append(svg);
  const image = box.querySelector("svg");
  if (!image) return;
  image.setAttribute("role", "img");
  image.setAttribute("aria-label", figure.querySelector("figcaption").textContent.trim());
  figure.querySelector(".picture__box, .rowbtn")?.remove();
  figure.prepend(box);
  const large = h("button.btn", { type: "button", data: { picture: "large" }, onclick: () => larger(figure, world) }, t("page.lesson.larger"));
  figure.append(h("div.rowbtn", null, large));
}

// larger shows a picture with as much room as there is.
async function larger(figure, world) {
  const { picture, of } = figure.dataset;
  const svg = await svgOf(picture, of, world, Math.min(innerWidth - 64, 960));
  const box = h("div.picture.picture--large", typeof svg === "string" ? { html: svg } : null, typeof svg === "string" ? null : svg);
  dialog(figure.querySelector("figcaption").textContent.trim(), box).classList.add("dialog--large");
}

async function svgOf(picture, of, world, width) {
  if (picture === "states") {
    const table = await tableOf(of);
    return table && diagram({ state: "", ...table }, null, width < NARROW);
  }
  const { chunk, from } = await world(of);
  if (picture === "stage") {
    const wide = Math.max(width, LEAST);
    return still(chunk.slice(0), wide, wide * 0.62);
  }
  return drawn(chunk.slice(0), { after: from }, model.hello.lang);
}

// played gives for a task what has happened when it is done: { chunk, from }, from the number of events before it. Each is played once.
function played(lesson) {
  const known = new Map();
  return (task) => {
    if (!known.has(task)) known.set(task, play(lesson, task));
    return known.get(task);
  };
}

async function play(lesson, task) {
  const at = lesson.tasks.findIndex(({ id }) => id === task);
  const text = (tasks) => tasks.map(({ solution }) => solution).join("\n");
  const steps = text(lesson.tasks.slice(0, at + 1));
  const core = new Core(globalThis.ehloBoot.start(true), () => {});
  try {
    const call = (method, args = {}) => core.ask({ method, args });
    const total = async (script) => {
      await call("load", { lesson: lesson.id });
      if (script) await call("script", { text: script, name: lesson.id });
      return (await call("state")).total;
    };
    await call("hello", { lang: model.hello.lang });
    const from = await total(text(lesson.tasks.slice(0, Math.max(at, 0))));
    const to = steps ? await total(steps) : from;
    return { from, chunk: await call("chunk", { from: 0, to }) };
  } finally {
    core.end("");
  }
}
