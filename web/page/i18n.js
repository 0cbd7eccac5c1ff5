// The page's texts. They come from the locale files by way of the core: t("page.time.step") renders one with its
// arguments, in the syntax that docs/locales.md describes.
import { h, label } from "./dom.js";

let strings = {};
let plural = new Intl.PluralRules("en");

export function setStrings(texts, lang) {
  strings = texts;
  plural = new Intl.PluralRules(lang);
  document.documentElement.lang = lang;
}

export function t(id, args = {}) {
  const text = strings[id];
  if (text === undefined) return id;
  return text.replace(/\{\{|\}\}|\{(\w+)(?:\|([^}]*))?\}/g, (whole, name, forms) => {
    if (name === undefined) return whole[0];
    const value = args[name];
    if (value === undefined) return `{${name}}`;
    if (forms === undefined) return value;
    const all = Object.fromEntries(forms.split("|").map((f) => [f.slice(0, f.indexOf(":")), f.slice(f.indexOf(":") + 1)]));
    return (all[plural.select(Number(value))] ?? all.other ?? "").replaceAll("#", value);
  });
}

// rich renders a text whose parts between backquotes are code.
export function rich(id, args) {
  return codes(t(id, args));
}

// codes makes nodes of a text, with code elements for its parts between backquotes.
export function codes(text) {
  return text.split("`").map((part, i) => (i % 2 ? h("code", null, part) : part));
}

// apply fills in the texts of the static document: data-t for content, data-l for labels.
export function apply(root = document) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-l]")) label(node, t(node.dataset.l));
}
