// The course as a whole: its map with what was done, the glossary, the teacher's side, and what is printed of it. It loads
// when somebody opens one of them. `page` is what it needs of the page's modules.
import { glossary } from "./glossary.js";
import { made } from "./made.js";
import { certificate, lessonPaper } from "./paper.js";

let page;

// begin gets texts and styles; it resolves with what the page can open.
export async function begin(given) {
  page = given;
  const css = page.h("link", { rel: "stylesheet", href: new URL("map.css", import.meta.url).href });
  await Promise.all([page.moreTexts("course"), new Promise((done) => {
    css.onload = css.onerror = done;
    document.head.append(css);
  })]);
  return { map, teacher, glossary: (term) => glossary(page, term), made: () => made(page) };
}

// kept is the progress as the core keeps it, by lesson.
async function kept() {
  const { json } = await page.driver.call("progress");
  return JSON.parse(json) ?? {};
}

const minutesOf = (list) => list.reduce((sum, l) => sum + l.minutes, 0);
const count = (of) => Object.keys(of ?? {}).length;
const sum = (of) => Object.values(of ?? {}).reduce((a, b) => a + b, 0);

// ROUTES are the ways through the course: how many periods a lesson's route is for, as its front matter says.
const ROUTES = { all: 0, one: 1, four: 4 };
let route = "all";

// map shows the course: chapters with their lessons, and how far the learner is.
export async function map() {
  const { h, t } = page;
  const progress = await kept();
  const lessons = page.model.hello.lessons;
  const now = lessons.find((l) => l.id === page.model.state.lesson?.id.replace(/@\d+$/, ""));
  const own = await broughtLessons();
  const shown = lessons.filter((l) => !ROUTES[route] || l.routes.includes(ROUTES[route]));
  const node = page.dialog(t("course.map"),
    h("p.soft", null, t("course.map.text")),
    now ? h("p.map__now", null, h("span.soft", null, t("course.map.where")), h("b", null, now.title), h("button.btn.btn--main", { type: "button", onclick: () => node.close() }, t("course.map.go-on"))) : null,
    h("fieldset.map__routes", null, h("legend.vh", null, t("course.route")), Object.keys(ROUTES).map((name) =>
      h("label.opt", null, h("input", { type: "radio", name: "route", value: name, checked: name === route, onchange: () => { route = name; again("input[name=route]:checked"); } }), t(`course.route.${name}`)))),
    h("p.soft", null, t("course.route.time", { n: shown.length, minutes: minutesOf(shown) })),
    chapters(shown, progress, now),
    own.length ? h("section.map__chapter", { "aria-label": t("course.own") }, h("h3", null, t("course.own")), h("ol.map__lessons", null, own.map((l) => entry(l, of(progress, l), l.id === page.model.state.lesson?.id)))) : null,
    h("h3", null, t("course.progress")), h("p.soft", null, t("course.progress.text")),
    h("div.rowbtn", null,
      button("export", () => page.offer("ehlo-progress.json", JSON.stringify({ ehlo: "progress", version: 1, lessons: progress }, null, 1), "application/json")),
      button("import", pick),
      button("reset", sure)),
    h("div.rowbtn", null,
      h("button.btn", { type: "button", data: { course: "certificate" }, onclick: () => certificate(page, lessons, Object.fromEntries(lessons.map((l) => [l.id, of(progress, l)]))) }, t("course.certificate")),
      h("button.btn", { type: "button", data: { course: "glossary" }, onclick: () => glossary(page) }, t("course.glossary")),
      h("button.btn", { type: "button", data: { course: "teacher" }, onclick: teacher }, t("course.teacher"))));
  node.classList.add("dialog--wide");
  return node;
}

const button = (name, onclick) => page.h("button.btn", { type: "button", data: { course: name }, onclick }, page.t(`course.progress.${name}`));

// again draws the map anew and puts the focus where it was.
async function again(focus) {
  const node = await map();
  (node.querySelector(focus) ?? node.querySelector("button"))?.focus();
}

function chapters(lessons, progress, now) {
  const { h, t } = page;
  const names = [...new Set(lessons.map((l) => l.chapter))];
  return names.map((name) => {
    const list = lessons.filter((l) => l.chapter === name);
    const left = list.filter((l) => !of(progress, l)?.done);
    return h("section.map__chapter", { "aria-label": name },
      h("h3", null, name, " ", h("span.soft", null, t("course.chapter.done", { done: list.length - left.length, all: list.length, minutes: minutesOf(left) }))),
      h("ol.map__lessons", null, list.map((l) => entry(l, of(progress, l), l === now))));
  });
}

// entry is a lesson of the map: its state as a box and a word, and what is kept of it.
function entry(lesson, was, here) {
  const { h, t } = page;
  const state = was?.done ? "done" : was && (count(was.tasks) || was.attempts) ? "begun" : "open";
  const facts = was ? factsOf(was) : [];
  return h(`li.map__lesson.map__lesson--${state}`, here ? { "aria-current": "step" } : null,
    h("span.task__box", null, state === "done" ? page.icon("check") : null),
    h("button.link", { type: "button", data: { lesson: lesson.id }, onclick: () => go(lesson.id) }, lesson.title),
    h("span.vh", null, t(`course.lesson.${state}`)),
    lesson.minutes ? h("span.soft.map__time", null, page.t("page.minutes", { n: lesson.minutes })) : null,
    (lesson.kind ?? "guided") === "guided" ? null : h("span.map__kind", null, t(`course.kind.${lesson.kind}`)),
    facts.length ? h("span.soft.map__facts", null, facts.join(", ")) : null,
    was ? h("button.ibtn.map__reset", { type: "button", "aria-label": t("course.lesson.reset", { title: lesson.title }), title: t("course.lesson.reset", { title: lesson.title }), data: { forget: lesson.id }, onclick: () => forget(lesson.id) }, page.icon("cross", true)) : null);
}

// of is what is kept of a lesson; of one that is drawn, of all its exercises together.
function of(progress, { id, drawn }) {
  if (!drawn) return progress[id];
  const all = Object.keys(progress).filter((key) => key.startsWith(`${id}@`)).map((key) => progress[key]);
  if (!all.length) return undefined;
  const total = (key) => all.reduce((n, was) => n + sum(was[key]), 0);
  return {
    done: all.some((was) => was.done), exercises: all.filter((was) => was.done).length, attempts: all.reduce((n, was) => n + (was.attempts ?? 0), 0),
    tasks: Object.assign({}, ...all.map((was) => was.tasks)), hints: { all: total("hints") }, solutions: all.flatMap((was) => Object.keys(was.solutions ?? {})),
    predicted: all.flatMap((was) => Object.keys(was.predicted ?? {})), right: all.reduce((n, was) => n + (was.right ?? 0), 0),
  };
}

// broughtLessons are those that somebody has brought to this browser.
async function broughtLessons() {
  const keys = await page.store.keys("lesson:own:");
  return Promise.all(keys.map(async (key) => ({ id: key.slice("lesson:".length), title: (await page.store.get(key)).title })));
}

function factsOf(was) {
  const { t } = page;
  const facts = [];
  const add = (id, n, args) => { if (n) facts.push(t(`course.lesson.${id}`, { n, ...args })); };
  add("attempts", was.attempts);
  add("hints", sum(was.hints));
  add("solutions", count(was.solutions));
  add("predictions", count(was.predicted), { right: was.right ?? 0 });
  add("fewest", was.fewest);
  add("exercises", was.exercises);
  return facts;
}

function go(lesson) {
  document.querySelector("dialog")?.close();
  return page.choose({ lesson });
}

// put makes a progress the core's own, and keeps it.
async function put(progress) {
  const kept = { json: JSON.stringify(progress) };
  await page.driver.call("setProgress", kept);
  await page.store.put("progress", kept);
  page.refresh();
}

async function forget(id) {
  const progress = await kept();
  for (const key of Object.keys(progress)) if (key === id || key.startsWith(`${id}@`)) delete progress[key];
  await put(progress);
  await again(`[data-lesson="${id}"]`);
}

// sure asks before all of it goes.
function sure() {
  const { h, t } = page;
  page.dialog(t("course.progress.reset"), h("p", null, t("course.progress.sure")),
    h("div.rowbtn", null,
      h("button.btn.btn--main", { type: "button", data: { course: "forget" }, onclick: async () => { await put({}); await again('[data-course="reset"]'); } }, t("course.progress.forget")),
      h("button.btn", { type: "button", onclick: () => again('[data-course="reset"]') }, t("page.close"))));
}

function pick() {
  const input = page.h("input", { type: "file", accept: ".json" });
  input.addEventListener("change", () => { if (input.files[0]) read(input.files[0]); });
  input.click();
}

// read takes up a file that the map has saved; what is in it replaces what was kept of the same lessons.
async function read(file) {
  try {
    const taken = JSON.parse(await file.text());
    if (taken.ehlo !== "progress" || typeof taken.lessons !== "object") throw new Error(file.name);
    await put({ ...await kept(), ...taken.lessons });
    await again('[data-course="import"]');
  } catch (e) {
    page.dialog(page.t("course.progress.import"), page.h("p", null, page.t("course.progress.bad", { why: e.message })));
  }
}

// teacher shows what a teacher needs: notes in the lessons, and paper.
export function teacher() {
  const { h, t, settings } = page;
  const lesson = page.model.lesson;
  const box = h("input", { type: "checkbox", id: "teacher-on", checked: settings.teacher, onchange: () => { settings.set("teacher", box.checked); page.refresh(); } });
  page.dialog(t("course.teacher"),
    h("p", null, t("course.teacher.text")),
    h("label.check", { for: "teacher-on" }, box, t("course.teacher.show")),
    lesson ? h("p.soft", null, lesson.title, ": ", t("course.teacher.time", { minutes: lesson.minutes, tasks: lesson.tasks.length })) : null,
    h("div.rowbtn", null,
      lesson ? h("button.btn.btn--main", { type: "button", data: { course: "print" }, onclick: () => lessonPaper(page, lesson, false) }, t("course.teacher.print")) : null,
      lesson ? h("button.btn", { type: "button", data: { course: "print-solution" }, onclick: () => lessonPaper(page, lesson, true) }, t("course.teacher.print-solution")) : null,
      h("button.btn", { type: "button", onclick: () => { settings.set("theme", "projector"); document.querySelector("dialog")?.close(); } }, t("course.teacher.projector"))));
}
