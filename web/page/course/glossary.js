// The glossary: each term with its names in four languages, and what it means.
const LANGS = ["en", "es", "ru", "it"];

// glossary shows all terms, or one of them first.
export function glossary(page, term) {
  const { h, t } = page;
  const names = Object.keys(page.texts("course.names.")).map((id) => id.slice("course.names.".length));
  const find = h("input", { type: "text", "aria-label": t("course.glossary.find"), placeholder: t("course.glossary.find"), oninput: () => draw() });
  const list = h("dl.terms");
  const none = h("p.soft", { role: "status" });
  const draw = () => {
    const wanted = find.value.trim().toLowerCase();
    const shown = names.filter((name) => !wanted || `${t(`course.names.${name}`)} ${t(`course.term.${name}`)}`.toLowerCase().includes(wanted));
    list.replaceChildren(...shown.map((name) => entry(page, name, name === term)));
    none.textContent = shown.length ? "" : t("course.glossary.none");
  };
  draw();
  const node = page.dialog(t("course.glossary"), find, none, list);
  const chosen = term && list.querySelector("[aria-current]");
  if (chosen) {
    chosen.scrollIntoView({ block: "center" });
    chosen.focus();
  } else find.focus();
  return node;
}

function entry({ h, t, codes }, name, here) {
  const [english, ...others] = t(`course.names.${name}`).split(" | ");
  return h("div.term", here ? { "aria-current": "true", tabindex: -1 } : null,
    h("dt", null, h("b", null, english), others.map((word, i) => (word === english ? null : h("span", null, " ", h("small", null, LANGS[i + 1]), " ", h("span", { lang: LANGS[i + 1] }, word))))),
    h("dd", null, codes(t(`course.term.${name}`))));
}
