// What is printed: a lesson with or without its solution, and a certificate. The paper lies over the page while it is printed
// and is gone afterwards.

// paper shows a sheet and prints it.
function paper(page, ...body) {
  document.querySelector("dialog")?.close();
  document.getElementById("paper")?.remove();
  const sheet = page.h("article", { id: "paper", data: { theme: "light" } }, ...body);
  document.body.append(sheet);
  addEventListener("afterprint", () => sheet.remove(), { once: true });
  print();
}

// lessonPaper prints a lesson: its text, with the notes where a teacher shows them, its tasks, and with a solution what to type.
export async function lessonPaper(page, lesson, solution) {
  const { h, t } = page;
  const text = h("div", { html: lesson.html });
  await page.allPictures(text, lesson);
  paper(page,
    h("p", null, lesson.chapter, " · ", t("page.minutes", { n: lesson.minutes })),
    h("h1", null, lesson.title),
    text,
    h("h2", null, t("course.print.tasks")),
    h("ol", null, lesson.tasks.map((task) => h("li", null,
      h("p", { html: task.html }),
      task.predict ? h("div", null, h("h3", null, t("course.print.predict")), h("p", { html: task.predict.question }), h("ul", null, task.predict.choices.map((html, i) => h(solution && i + 1 === task.predict.right ? "li.right" : "li", { html })))) : null,
      solution && task.hints.length ? h("div", null, h("h3", null, t("course.print.hints")), h("ul", null, task.hints.map((html) => h("li", { html })))) : null,
      solution ? h("div", null, h("h3", null, t("course.print.solution")), h("pre", null, page.typed(task.solution)), task.predict ? h("p", { html: task.predict.why }) : null) : null))));
}

// certificate asks for a name and prints what this browser has kept.
export function certificate(page, lessons, progress) {
  const { h, t } = page;
  const done = lessons.filter((l) => progress[l.id]?.done);
  const name = h("input", { type: "text", id: "certificate-name", autocomplete: "name", required: true });
  const form = h("form", { onsubmit: (event) => {
    event.preventDefault();
    paper(page,
      h("h1", null, t("course.certificate.title")),
      h("p.large", null, t("course.certificate.text", { name: name.value.trim(), n: done.length, all: lessons.length })),
      h("ol.columns", null, done.map((l) => h("li", null, l.title))),
      h("p", null, t("course.certificate.date", { date: new Date().toLocaleDateString(document.documentElement.lang) })));
  } },
  h("label", { for: "certificate-name" }, t("course.certificate.name")), name,
  h("div.rowbtn", null, h("button.btn.btn--main", { type: "submit" }, t("course.print"))));
  page.dialog(t("course.certificate"), form);
  name.focus();
}
