// A message as people read it: its most important fields, its text, what is attached. HTML is shown inert: of its elements those
// that only say how text looks, and of their attributes none.
const FIRST = ["From", "To", "Cc", "Subject", "Date"];
const KEEP = new Set(["A", "ABBR", "B", "BLOCKQUOTE", "CODE", "DD", "DEL", "DIV", "DL", "DT", "EM", "H1", "H2", "H3", "H4", "H5", "H6", "I", "INS", "LI", "OL", "P", "PRE",
  "Q", "S", "SMALL", "SPAN", "STRONG", "SUB", "SUP", "TABLE", "TBODY", "TD", "TFOOT", "TH", "THEAD", "TR", "U", "UL"]);
const VOID = new Set(["BR", "HR"]);
const ALONE = new Set(["DD", "DT", "LI", "P", "TD", "TH", "TR"]); // one ends where the next begins
const DROP = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "IFRAME", "OBJECT", "SVG", "MATH", "TITLE", "TEXTAREA", "SELECT"]); // with what is in them
const TOKEN = /<!--[^]*?(?:-->|$)|<(\/?)([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*)>?|<[!?][^>]*>?|[^<]+|</gi;
const LONGEST = 1 << 20; // characters of HTML that are shown
const DEEPEST = 60; // elements within each other

// messageNode fills a box with the message in view, where it is another.
export function messageNode({ h, t, codes }, box, view, save) {
  const letter = view.letters.find((l) => l.number === view.shown);
  const key = JSON.stringify([view.open, view.shown, view.message, letter?.here]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  if (!view.message) return void box.replaceChildren(h("p.soft", null, t(letter ? "mailer.not-here" : "mailer.choose")));
  const { fields, parts } = view.message;
  const field = ({ name, value }) => h("div", null, h("dt", null, name), h("dd", null, value));
  const others = fields.filter((f) => !FIRST.some((name) => name.toLowerCase() === f.name.toLowerCase()));
  const attached = parts.map((part, i) => ({ ...part, i })).filter((part) => part.attached);
  const plain = parts.some((part) => part.type === "text/plain" && !part.attached);
  box.replaceChildren(...[
    h("dl.mua__head", null, FIRST.map((name) => fields.find((f) => f.name.toLowerCase() === name.toLowerCase())).filter(Boolean).map(field)),
    h("details", null, h("summary", null, t("mailer.fields", { n: others.length })), h("dl.mua__head", null, others.map(field))),
    parts.filter((part) => !part.attached).map((part) => {
      if (part.type !== "text/html") return h("pre.mua__text", null, part.text);
      return h("details.mua__html", { open: !plain }, h("summary", null, t("mailer.html")), h("p.soft", null, codes(t("mailer.html.inert"))), inert(h, part.text));
    }),
    attached.length ? h("h3", null, t("mailer.attached")) : "",
    attached.length ? h("ul.mua__attached", null, attached.map((part) => h("li", null,
      h("button.btn", { type: "button", onclick: () => save(part.i) }, part.name || t("mailer.nameless")), " ", h("span.soft", null, `${part.type}, ${t("page.octets", { n: part.size })}`)))) : "",
    h("p", null, h("button.btn.btn--bare", { type: "button", data: { mail: "eml" }, onclick: () => save(-1) }, t("mailer.eml")))].flat());
}

// inert makes nodes of HTML that can do nothing: texts, and elements without attributes. It is read here and not by the browser,
// whose parser would report what the page's policy forbids. A link says where it would lead.
export function inert(h, html) {
  const box = h("div.mua__inert");
  const open = [{ node: box, name: "", target: "" }];
  const close = (to) => {
    while (open.length > to) {
      const { node, target } = open.pop();
      if (target && target !== node.textContent) node.append(` [${target}]`);
    }
  };
  let dropping = "";
  for (const [all, end, tag = "", rest = ""] of html.slice(0, LONGEST).matchAll(TOKEN)) {
    const name = tag.toUpperCase();
    if (dropping) {
      if (end && name === dropping) dropping = "";
    } else if (!name) {
      if (!/^<[!?]/.test(all)) open.at(-1).node.append(plainText(all));
    } else if (DROP.has(name)) {
      if (!end) dropping = name;
    } else if (name === "IMG") {
      open.at(-1).node.append(`[${attribute(rest, "alt") || attribute(rest, "src") || "image"}]`);
    } else if (VOID.has(name)) {
      open.at(-1).node.append(document.createElement(name));
    } else if (KEEP.has(name)) {
      const same = open.findLastIndex((o) => o.name === name);
      if (end && same > 0) close(same);
      else if (!end && open.length < DEEPEST) {
        if (ALONE.has(name) && same === open.length - 1) close(same);
        const node = document.createElement(name === "A" ? "u" : name);
        open.at(-1).node.append(node);
        open.push({ node, name, target: name === "A" ? attribute(rest, "href") : "" });
      }
    }
  }
  close(1);
  return box;
}

// attribute is the value of an attribute in the rest of a tag.
function attribute(rest, name) {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(rest);
  return plainText(found?.[1] ?? found?.[2] ?? found?.[3] ?? "");
}

// plainText reads the character references of a text without tags.
function plainText(text) {
  const area = document.createElement("textarea");
  area.innerHTML = text.replaceAll("<", "&lt;");
  return area.value;
}
