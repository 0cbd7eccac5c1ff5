// What a lesson asks: a prediction before a task, which the world then answers, and quizzes in its text.
import { driver } from "./driver.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { model } from "./model.js";
import { say } from "./say.js";

const chosen = new Map(); // choices that are not committed yet, by lesson and task: the lesson may be drawn anew meanwhile

// gate asks for the prediction of a task, null where it has none or it was given. done is called with the choice, from 1.
export function gate(lesson, task, done) {
  if (!task.predict || task.predicted) return null;
  const key = `${lesson.id}/${task.id}`;
  const node = h("form.gate", { "aria-labelledby": "gate-title" },
    h("div.gate__ask", null, h("h3", { id: "gate-title" }, t("page.predict")), h("p", { html: task.predict.question })),
    h("div.gate__cover", null,
      h("fieldset.opts", null, h("legend.vh", null, t("page.predict.yours")), task.predict.choices.map((html, i) =>
        h("label.opt", null, h("input", { type: "radio", name: "predict", value: i + 1, required: true, checked: chosen.get(key) === i + 1, onchange: () => chosen.set(key, i + 1) }), h("span", { html })))),
      h("button.btn.btn--main", { type: "submit" }, t("page.predict.commit"))));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen.delete(key);
    commit(lesson, task, Number(new FormData(node).get("predict")), done);
  });
  return node;
}

async function commit(lesson, task, choice, done) {
  const answer = await driver.call("reveal", { task: task.id, what: "prediction", choice }).catch(() => null);
  if (!answer || model.lesson?.id !== lesson.id) return;
  say(t("page.predict.kept"));
  done(choice);
}

// verdict says of a prediction what came of it, once the task is done; until then, what was predicted.
export function verdict(task) {
  if (!task.predict || !task.predicted) return null;
  const yours = h("span", { html: task.predict.choices[task.predicted - 1] });
  if (!task.done) return h("small.predicted", null, t("page.predict.said"), " ", yours);
  const right = task.predicted === task.predict.right;
  return h(`small.predicted.predicted--${right ? "right" : "other"}`, null,
    t(right ? "page.predict.right" : "page.predict.other"), " ", yours,
    right ? null : h("span.was", null, t("page.predict.was"), " ", h("span", { html: task.predict.choices[task.predict.right - 1] })),
    " ", h("span", { html: task.predict.why }));
}

const answers = new Map(); // the choices of quizzes on this page, by lesson and quiz

// quizzes makes the questions in a lesson's text answer when a choice is made, and shows what was chosen before.
export function quizzes(id, text) {
  const key = (input) => `${id}/${input.name}`;
  for (const input of text.querySelectorAll(".quiz input")) {
    input.checked = answers.get(key(input)) === input.value;
    if (input.checked) judge(input);
  }
  text.addEventListener("change", ({ target }) => {
    if (!target.closest(".quiz")) return;
    answers.set(key(target), target.value);
    say(judge(target));
  });
  return text;
}

// judge says below a quiz whether a choice is right, and why, when it is.
function judge(input) {
  const quiz = input.closest(".quiz");
  const right = input.hasAttribute("data-right");
  quiz.dataset.answer = right ? "right" : "other";
  let word = quiz.querySelector(".quiz__word");
  if (!word) quiz.querySelector(".opt:last-of-type").after(word = h("p.quiz__word"));
  word.textContent = t(right ? "page.quiz.right" : "page.quiz.other");
  const why = quiz.querySelector(".quiz__why");
  if (why) why.hidden = !right;
  return word.textContent;
}
