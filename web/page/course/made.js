// A lesson that is made of the session in view: its solution types the same, and its task asks for what came of it. The reader makes it of
// the trace; a core of its own plays it before anybody gets it, drops what nobody needs, and hears what its mistakes are told.
import { zip } from "./zip.js";

const PREFIX = "own:"; // lessons that this browser keeps, as own.js has them
const IDLE = /^(#|at |>? *$)/; // lines that are no steps: as in lessons/proof, an empty line of a message is none
const NAMES = { lesson: "lesson.md", solution: "solution.txt", tests: "tests.txt", world: "world.toml" };

// made asks for a title, makes the lesson, and offers it as a folder to be written on, and to be done at once.
export function made(page) {
  const { h, t } = page;
  const name = h("input", { type: "text", id: "made-title", required: true, maxlength: 80, autocomplete: "off" });
  const said = h("div.dialog__rows", { role: "status" });
  const form = h("form.dialog__rows", { onsubmit: async (event) => {
    event.preventDefault();
    said.replaceChildren(h("p.soft", null, t("course.made.wait")));
    try {
      said.replaceChildren(...offered(page, await make(page, name.value.trim())));
      said.querySelector("button").focus();
    } catch (e) {
      said.replaceChildren(h("p", null, t("course.made.failed", { why: e.message })));
    }
  } },
  h("label", { for: "made-title" }, t("course.made.title")), name,
  h("div.rowbtn", null, h("button.btn.btn--main", { type: "submit", data: { course: "make" } }, t("course.made.make"))));
  page.dialog(t("course.made"), h("p", null, t("course.made.text")), form, said);
  name.focus();
}

const offered = (page, lesson) => [
  page.h("p", null, page.t("course.made.done", { lines: lesson.files.solution.split("\n").filter((line) => !IDLE.test(line)).length })),
  page.h("div.rowbtn", null,
    page.h("button.btn.btn--main", { type: "button", data: { course: "made-open" }, onclick: () => open(page, lesson) }, page.t("course.made.open")),
    page.h("button.btn", { type: "button", data: { course: "made-save" }, onclick: () => page.offer(`${lesson.id}.zip`, folder(lesson), "application/zip") }, page.t("course.made.save"))),
  page.h("p.soft", null, page.t("course.made.kept")),
];

// folder is the lesson as a zip of its folder.
const folder = ({ id, files }) => zip(Object.entries(NAMES).filter(([key]) => files[key]).map(([key, file]) => [`${id}/${file}`, files[key]]));

function open(page, { id }) {
  document.querySelector("dialog")?.close();
  return page.choose({ lesson: PREFIX + id });
}

// make makes the lesson, plays it, and keeps it in this browser.
async function make(page, title) {
  const { driver, lessonOf, model, store, t } = page;
  const id = title.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|-+$/g, "") || "my-lesson";
  const { log } = await driver.call("share");
  const [chunk, conns] = [await driver.call("chunk", { from: 0, to: model.state.total }), model.state.conns];
  const of = (which) => conns.filter(which).map((c) => c.id);
  const named = await lessonOf({ id, title, log, you: model.seat().name,
    mine: of((c) => c.mine && !c.served), served: of((c) => c.served) }, chunk);
  if (!named[NAMES.lesson]) throw new Error(t("course.made.nothing"));
  const files = Object.fromEntries(Object.entries(NAMES).map(([key, file]) => [key, named[file] ?? ""]));
  await keep(page, { id, title, files });
  await proved(page, id, files);
  await keep(page, { id, title, files });
  return { id, files };
}

async function keep({ store }, { id, title, files: { tests, ...files } }) {
  await store.put(`lesson:${PREFIX}${id}`, { id, title, files: { draws: "", ...files } });
  await store.delete(`work:lesson:${PREFIX}${id}`);
}

// proved plays the lesson in a core of its own, and changes its files to what is needed and heard.
async function proved(page, id, files) {
  const core = page.core();
  try {
    await core.ask({ method: "hello", args: { lang: page.model.hello.lang } });
    const play = async (text) => {
      await core.ask({ method: "load", args: { lesson: PREFIX + id } });
      const stopped = await core.ask({ method: "script", args: { text, name: NAMES.solution } }).then(() => false, () => true);
      const { lesson } = await core.ask({ method: "state", args: {} });
      return { done: lesson.done && !stopped, missing: lesson.tasks[0].missing };
    };
    if (!(await play(files.solution)).done) throw new Error(page.t("course.made.differs"));
    files.solution = await needed(files.solution, play);
    files.tests = await heard(files, play);
  } finally {
    core.end("");
  }
}

// needed is a solution without the lines without which all is done as well; one that goes may make another needless.
async function needed(solution, play) {
  for (let lines = solution.split("\n"), gone = true; gone; solution = lines.join("\n")) {
    gone = false;
    for (let i = 0; i < lines.length; i++) {
      if (IDLE.test(lines[i])) continue;
      const less = lines.toSpliced(i, 1);
      if (!(await play(less.join("\n"))).done) continue;
      [lines, gone] = [less, true];
      i--;
    }
  }
  return solution;
}

// heard puts into the tests what a learner is told after each mistake: a line that is left out.
async function heard({ tests, solution }, play) {
  const parts = tests.split(/^(?=# wrong: )/m);
  for (const [i, part] of parts.entries()) {
    const left = /^- (.*)$/m.exec(part)?.[1];
    const lines = solution.split("\n");
    if (!part.startsWith("# wrong: ") || !lines.includes(left)) continue;
    const { missing } = await play(lines.toSpliced(lines.indexOf(left), 1).join("\n"));
    parts[i] = part.replace("# says: ?", () => `# says: ${missing}`);
  }
  return parts.join("");
}
