// Comparing: what was said in the sandbox is said again at a real server, and what the two answer stands side by side.

const PATIENCE = 15_000; // ms that a reply may take
const SHOWN = 500; // ms until what was heard is in the transcript, which is shown a little later than it was
const QUIET = 400; // ms without a further octet after which a reply is taken for whole

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// compareWith lets the learner edit what will be sent, asks where to, sends it, and shows the differences.
export async function compareWith(page, bridge, conn) {
  const { dialog, h, t, codes, driver } = page;
  const sandbox = turns(await driver.call("transcript", { conn }));
  const area = h("textarea.real__text", { spellcheck: "false", "aria-label": t("bridge.compare.lines") });
  area.value = sandbox.slice(1).map(({ typed }) => typed.join("\n")).join("\n");
  const node = dialog(t("bridge.compare"), h("p", null, codes(t("bridge.compare.text"))), area,
    h("div.rowbtn", null, h("button.btn.btn--main", { type: "button", data: { action: "go-on" }, onclick: goOn }, t("bridge.compare.go"))));
  node.classList.add("real__wide");

  async function goOn() {
    const lines = area.value.replace(/\n+$/, "").split("\n");
    node.close();
    const id = await bridge.dial();
    if (!id) return;
    await bridge.go(true, id);
    await say(page, bridge, bridge.sessions.get(id), lines);
    await wait(SHOWN);
    show(page, sandbox, turns(await driver.call("transcript", { conn: id })));
  }
}

// say sends the lines one after the other, each when the server has answered the one before; a message as a whole.
async function say({ model }, bridge, session, lines) {
  await answered(session, 1);
  for (const line of lines) {
    if (session.over) return;
    const had = session.answers ?? 0;
    const inMessage = model.content(session.id) && session.protocol !== "imap" && line !== ".";
    if (!(await bridge.type(session, { text: `${line}\r\n` }))) return; // the learner said no
    if (!inMessage) await answered(session, had + 1);
  }
}

// answered waits until a session has had so many replies, and until nothing more comes.
async function answered(session, count) {
  const end = performance.now() + PATIENCE;
  while (!session.over && (session.answers ?? 0) < count && performance.now() < end) await wait(20);
  for (let octets = -1; !session.over && octets !== session.octets && performance.now() < end;) {
    octets = session.octets;
    await wait(QUIET);
  }
}

// turns takes a transcript apart: what was typed, and what was answered until the next was.
function turns(lines) {
  const list = [{ typed: [], heard: [] }];
  for (const { dir, text } of lines) {
    if (!dir) continue;
    if (dir === "C" && list.at(-1).heard.length) list.push({ typed: [], heard: [] });
    list.at(-1)[dir === "C" ? "typed" : "heard"].push(text);
  }
  return list;
}

// verdict is what of a reply a program looks at: the code, or the status behind the tag.
const verdict = ({ heard }) => {
  const last = heard.findLast((line) => !line.startsWith("* ")) ?? heard[0] ?? "";
  return /^(?:\S+ )?(OK|NO|BAD)\b/.exec(last)?.[1] ?? /^(\d{3}|\+OK|-ERR|\+|\* \S+)/.exec(heard[0] ?? "")?.[1] ?? "";
};

// show puts the turns side by side, those with other verdicts and other words marked.
function show({ dialog, h, t }, sandbox, real) {
  const rows = [];
  let same = 0;
  let words = 0;
  let other = 0;
  for (let i = 0; i < Math.max(sandbox.length, real.length); i++) {
    const [a, b] = [sandbox[i] ?? { typed: [], heard: [] }, real[i] ?? { typed: [], heard: [] }];
    const kind = verdict(a) !== verdict(b) ? "other" : a.heard.join("\n") === b.heard.join("\n") ? "same" : "differs";
    if (kind === "same") same++;
    else if (kind === "other") other++;
    else words++;
    const typed = (a.typed.length ? a : b).typed.join("\n");
    if (typed) rows.push(h("tr.typed", null, h("td", { colspan: 3 }, `C: ${typed}`)));
    rows.push(h(`tr.${kind}`, null, h("td", null, a.heard.join("\n")), h("td", null, b.heard.join("\n")), h("td", null, t(`bridge.compare.${kind}`))));
  }
  const node = dialog(t("bridge.compare"), h("p", null, t("bridge.compare.sum", { same, words, other })),
    h("table.real__pairs", null, h("thead", null, h("tr", null, ["sandbox", "real", "verdict"].map((id) => h("th", { scope: "col" }, t(`bridge.compare.head.${id}`))))), h("tbody", null, rows)));
  node.classList.add("real__wide");
}
