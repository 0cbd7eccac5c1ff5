// The lesson: its text, its tasks as they are done, hints one by one, the solution when it is asked for.
import { driver } from "./driver.js";
import { byId, h, icon, plain, write } from "./dom.js";
import { dialog } from "./dialogs.js";
import { gate, quizzes, verdict } from "./gate.js";
import { codes, t } from "./i18n.js";
import { insertWhole, send } from "./console.js";
import { menu } from "./menu.js";
import { model } from "./model.js";
import { showPane } from "./panes.js";
import { pictures } from "./pictures.js";
import { rendered, unrendered } from "./reading.js";
import { say } from "./say.js";
import { choose, newSeed } from "./session.js";
import { settings } from "./settings.js";
import { share } from "./share.js";
import { inspect } from "./inspector.js";
import { ownWorlds, worldItems } from "./worlds.js";

const hinted = new Map(); // hints shown on this page, by lesson and task
let shown = ""; // what is drawn: the lesson and its tasks' state
let page = null; // the open lesson with its texts as HTML; null until the core has given it
let open = new Set(); // folds that are open

export function initLesson() {
  menu(byId("pick-lesson"), () => [
    { text: t("page.course.map"), run: () => model.emit("course", ["map"]) },
    ...lessons(),
    { text: t("page.lesson.none"), cut: true, checked: !model.state.lesson, run: () => choose({ world: model.state.world.name }) },
  ]);
  menu(byId("pick-world"), () => [...worldItems(choose), { text: t("page.world.edit"), cut: true, run: () => inspect("world") }]);
  ownWorlds();
  model.on("change", follow);
  byId("lesson").addEventListener("click", act);
}

// act does what a click within a lesson asks for: a term opens the glossary, a command goes into the console.
function act(event) {
  const term = event.target.closest('a[href^="?term="]');
  const code = event.target.closest("code.command, .dialogue .c code");
  if (term) {
    event.preventDefault();
    model.emit("course", ["glossary", new URL(term.href).searchParams.get("term")]);
  } else if (code && getSelection().isCollapsed) {
    insertWhole(code.textContent);
    showPane("console");
  }
}

// snippets gives what can be run in a lesson's text a button that types it.
function snippets(text) {
  for (const block of text.querySelectorAll("pre.run")) {
    const lines = block.textContent.trimEnd().split("\n");
    block.after(h("div.rowbtn", null, h("button.btn", { type: "button", data: { run: "" }, onclick: async () => { for (const line of lines) await send(line); } }, icon("play", true), t("page.lesson.run"))));
  }
  return text;
}

// refresh reads the open lesson anew, as after a change of what is shown of it.
export function refresh() {
  shown = "";
  page = model.lesson = null;
  if (model.state.lesson) read(model.state.lesson.id);
}

// lessons are the choices of the course, each chapter's name above its first one.
function lessons() {
  return model.hello.lessons.flatMap((l, i, all) => [
    l.chapter === all[i - 1]?.chapter ? null : l.chapter,
    { text: l.title, note: l.minutes ? t("page.minutes", { n: l.minutes }) : "", checked: l.id === baseOf(model.state.lesson?.id), run: () => choose({ lesson: l.id }) },
  ]);
}

function follow() {
  const { lesson, world, real } = model.state;
  if (real) return; // the lesson waits
  write(byId("pick-world").querySelector("b"), world.title || world.name);
  const key = lesson ? `${lesson.id} ${lesson.tasks.map((x) => (x.done ? "+" : x.missing ?? "")).join("|")} ${lesson.commands ?? ""}` : "-";
  if (key === shown) return;
  const same = shown.split(" ")[0] === lesson?.id;
  shown = key;
  byId("app").classList.toggle("app--open", !lesson);
  if (!lesson && byId("app").dataset.pane === "lesson") showPane("console"); // there is none to see
  byId("pick-lesson").querySelector("b").textContent = lesson ? lesson.title : t("page.lesson.pick");
  document.title = lesson ? `${lesson.title} – ehlo` : `${world.title || world.name} – ehlo`;
  byId("title").textContent = document.title;
  if (!same) {
    open = new Set();
    page = model.lesson = null;
    byId("lesson").replaceChildren();
    if (lesson) read(lesson.id);
  }
  if (page) draw(merge(page), same);
}

const PATIENCE = 50; // ms in which the console comes first

// read gets the text of a lesson, when the page can be used and has answered who speaks to it at once. Until the reader has rendered
// it, and when that cannot, it is there as its author wrote it.
async function read(id) {
  await window.ehlo.ready;
  await new Promise((go) => setTimeout(go, PATIENCE));
  const lesson = await driver.call("lesson").catch(() => null);
  if (lesson?.id !== id) return;
  show(unrendered(lesson));
  await rendered(lesson, settings.teacher).then(show, (e) => show(unrendered(lesson, t("page.lesson.plain", { why: e.message }))));
}

function show(lesson) {
  if (model.state.lesson?.id !== lesson.id) return; // another was opened meanwhile
  page = lesson;
  draw(merge(page), model.lesson !== null);
}

// merge adds to the lesson's text how far the learner is.
function merge(full) {
  const now = new Map((model.state.lesson?.tasks ?? []).map((task) => [task.id, task]));
  return { ...full, tasks: full.tasks.map((task) => ({ ...task, done: now.get(task.id)?.done ?? false, missing: now.get(task.id)?.missing ?? "", shown: now.get(task.id)?.hints ?? 0, predicted: now.get(task.id)?.predicted ?? 0 })) };
}

function draw(lesson, same) {
  const before = model.lesson;
  model.lesson = lesson;
  const done = lesson.tasks.filter((x) => x.done).length;
  if (same && before) announce(before, lesson);
  const now = lesson.tasks.find((x) => !x.done);
  const at = document.activeElement?.closest(".gate") && [...document.querySelectorAll(".gate input, .gate button")].indexOf(document.activeElement);
  byId("lesson").replaceChildren(
    h("div.lesson__read", { role: "region", "aria-labelledby": "lesson-title", tabindex: 0 },
      h("div", null,
        h("p.lesson__meta", null, h("span", null, lesson.chapter ?? ""), h("span", null, t("page.lesson.done", { done, all: lesson.tasks.length }), golf())),
        h("h2.lesson__title", { id: "lesson-title" }, lesson.title),
        lesson.drawn ? h("p.lesson__seed", null, h("span.soft", null, t("page.lesson.seed", { seed: lesson.id.slice(baseOf(lesson.id).length + 1) || 1 })), another(lesson, "button.btn")) : null),
      pictured(lesson)),
    h("div.lesson__work", null,
      h("section.lesson__tasks", { "aria-label": t("page.lesson.tasks") }, h(now ? "ol.tasks" : "ol.tasks.tasks--done", null, lesson.tasks.map((task) => taskNode(task, task === now)))),
      now ? [gate(lesson, now, (choice) => predicted(now, choice)), hints(lesson, now), solution(now)] : finished(lesson)),
    foot(lesson));
  if (same && at >= 0) document.querySelectorAll(".gate input, .gate button")[at]?.focus(); // who is choosing goes on
}

let drawnText = null; // the text that stands there, with its pictures

// pictured is the lesson's text. It stays as it is while tasks are done, so that its pictures are drawn once.
function pictured(lesson) {
  if (drawnText?.id !== lesson.id || drawnText.html !== lesson.html) drawnText = { id: lesson.id, html: lesson.html, node: pictures(snippets(quizzes(lesson.id, h("div.lesson__text", { html: lesson.html }))), lesson) };
  return drawnText.node;
}

// golf says how many commands there were, where the fewest count.
function golf() {
  const { commands = 0, par } = model.state.lesson ?? {};
  return par ? ` · ${t("page.lesson.commands", { n: commands, par })}` : "";
}

function announce(before, lesson) {
  for (const [i, task] of lesson.tasks.entries()) {
    if (task.done && !before.tasks[i]?.done) say(t("page.lesson.task-done", { task: plain(task.html) }));
  }
}

function taskNode(task, now) {
  const [state, word] = task.done ? ["done", "page.lesson.state.done"] : now ? ["now", "page.lesson.state.now"] : ["todo", "page.lesson.state.todo"];
  return h(`li.task.task--${state}`, now ? { "aria-current": "step" } : null,
    h("span.task__box", null, task.done ? icon("check") : null),
    h("span", null, h("span.vh", null, t(word)), h("span", { html: task.html }), now && task.missing ? h("small", null, codes(task.missing)) : null, verdict(task)));
}

// predicted draws the lesson anew with a prediction that the core has kept.
function predicted(task, choice) {
  const kept = model.state.lesson?.tasks.find((x) => x.id === task.id);
  if (kept) kept.predicted = choice;
  draw(merge(page), true);
  document.getElementById("line").focus();
}

function fold(name, ...children) {
  const node = h("details.fold", { open: open.has(name) }, ...children);
  node.addEventListener("toggle", () => (node.open ? open.add(name) : open.delete(name)));
  return node;
}

const keyOf = (lesson, task) => `${lesson.id}/${task.id}`;
const countOf = (lesson, task) => Math.max(hinted.get(keyOf(lesson, task)) ?? 0, task.shown ?? 0);

function hints(lesson, task) {
  if (!task.hints?.length) return null;
  const count = countOf(lesson, task);
  const more = count < task.hints.length;
  const node = fold("hint", h("summary", null, icon("hint", true), t("page.hint"), h("span.soft", null, t("page.hint.count", { n: Math.min(count, task.hints.length), all: task.hints.length }))),
    h("div", null,
      h("ol", null, task.hints.slice(0, count).map((html) => h("li", { html }))),
      more ? h("div.rowbtn", null, h("button.btn", { type: "button", onclick: () => nextHint(lesson, task) }, t(count ? "page.hint.next" : "page.hint.first"))) : null));
  node.querySelector("summary").addEventListener("click", () => { if (!count && !node.open) nextHint(lesson, task); });
  return node;
}

function nextHint(lesson, task) {
  const count = countOf(lesson, task);
  if (count >= task.hints.length) return null;
  hinted.set(keyOf(lesson, task), count + 1);
  open.add("hint");
  reveal("hint", task.id);
  draw(lesson, true);
  const text = plain(task.hints[count]);
  say(text);
  return text;
}

// showHint shows the next hint of the current task, here and through `out`.
export function showHint(out) {
  const task = model.lesson.tasks.find((x) => !x.done);
  const text = task && nextHint(model.lesson, task);
  out(text ?? t(task ? "page.hint.none" : "page.command.all-done"));
}

// reveal tells the core that a hint or the solution was looked at.
export function reveal(what, task = model.lesson?.tasks.find((x) => !x.done)?.id) {
  if (model.lesson && task && what !== "explain") driver.call("reveal", { task, what }).catch(() => {});
}

function solution(task) {
  if (!task.solution) return null;
  const node = fold("solution", h("summary", null, icon("book", true), t("page.solution")), h("div", null, h("p", null, t("page.solution.note")), h("pre", null, typed(task.solution))));
  node.addEventListener("toggle", () => { if (node.open) reveal("solution"); }, { once: true });
  return node;
}

// typed is a solution as it is typed, without the script's signs.
export const typed = (solution) => solution.trim().replace(/^[>$] ?/gm, "");

export function showSolution() {
  const task = model.lesson.tasks.find((x) => !x.done) ?? model.lesson.tasks.at(-1);
  reveal("solution", task.id);
  dialog(t("page.solution"), h("div", { html: task.html }), h("p", null, t("page.solution.note")), h("pre", null, typed(task.solution)));
}

function finished(lesson) {
  const next = lessonOf(lesson.next);
  return h("section.done", { "aria-label": t("page.lesson.finished") }, h("h3", null, t("page.lesson.finished")),
    h("div.rowbtn", null,
      lesson.drawn ? another(lesson, "button.btn.btn--main") : null,
      next ? h(lesson.drawn ? "button.btn" : "button.btn.btn--main", { type: "button", onclick: () => choose({ lesson: next.id }) }, next.title) : null,
      h("button.btn", { type: "button", onclick: share }, t("page.take"))));
}

// baseOf is a lesson's identifier without the seed with which it was drawn.
const baseOf = (id) => id?.replace(/@\d+$/, "");

// another opens the same lesson with another seed.
const another = (lesson, tag) => h(tag, { type: "button", data: { another: "" }, onclick: () => choose({ lesson: `${baseOf(lesson.id)}@${newSeed()}` }) }, t("page.lesson.another"));

const lessonOf = (ref) => (ref ? model.hello.lessons.find((l) => l.id === (ref.id ?? ref)) : undefined);

function foot(lesson) {
  const [prev, next] = [lessonOf(lesson.prev), lessonOf(lesson.next)];
  const go = (to, side) => h("button.btn.btn--bare", { type: "button", onclick: () => choose({ lesson: to.id }) },
    side === "left" ? icon("left", true) : null, h("span", null, to.title), side === "right" ? icon("right", true) : null);
  return h("nav.lesson__foot", { "aria-label": t("page.lesson.others") }, prev ? go(prev, "left") : h("span"), next ? go(next, "right") : h("span"));
}
