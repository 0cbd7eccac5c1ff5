// The page's texts. They come from the locale files, packed: t("page.time.step") renders one with its arguments, in the
// syntax that docs/locales.md describes.
import { h, label, write } from "./dom.js";

let strings = {};
let plural = new Intl.PluralRules("en");

// loadTexts fetches the texts of the page's language, English where it is not there. It resolves with the language.
export async function loadTexts() {
  let { lang } = globalThis.ehloBoot;
  let { texts } = await globalThis.ehloBoot.greeting;
  if (!texts) {
    lang = "en";
    texts = await (await fetch(new URL("locales/en/page.txt", import.meta.url))).text();
  }
  strings = unpack(texts);
  plural = new Intl.PluralRules(lang);
  if (document.documentElement.lang !== lang) document.documentElement.lang = lang; // even the same one would have the page styled anew
  return lang;
}

// moreTexts adds the texts of a part of the page that loads later.
export async function moreTexts(name) {
  const { lang } = document.documentElement;
  Object.assign(strings, unpack(await (await fetch(new URL(`locales/${lang}/${name}.txt`, import.meta.url))).text()));
}

function unpack(packed) {
  const lines = packed.trimEnd().split("\n").map((line) => line.split("\t"));
  const signs = { n: "\n", t: "\t", "\\": "\\" };
  return Object.fromEntries(lines.map(([id, text]) => [id, text.replace(/\\(.)/g, (_, c) => signs[c])]));
}

// texts gives the texts, with their placeholders, of all identifiers that begin with a prefix.
export const texts = (prefix) => Object.fromEntries(Object.entries(strings).filter(([id]) => id.startsWith(prefix)));

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

// codes makes nodes of a text, with code elements for its parts between backquotes.
export function codes(text) {
  return text.split("`").map((part, i) => (i % 2 ? h("code", null, part) : part));
}

// apply fills in the texts of the static document: data-t for content, data-l for labels.
export function apply(root = document) {
  for (const node of root.querySelectorAll("[data-t]")) write(node, t(node.dataset.t));
  for (const node of root.querySelectorAll("[data-l]")) label(node, t(node.dataset.l));
}
