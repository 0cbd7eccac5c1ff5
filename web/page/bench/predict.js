// Predictions: before a line goes to the server a person says what will come back and how sure they are. Until then nothing on the page
// gives it away; when the reply is there, it is said whether it was right, and a summary tells how well one knows what one knows.
const MOST = 500; // predictions that are kept
const SURE = [50, 75, 95]; // how sure, in percent
const CODES = [211, 214, 220, 221, 250, 251, 252, 334, 354, 421, 450, 451, 452, 454, 500, 501, 502, 503, 504, 530, 535, 550, 551, 552, 553, 554];
const STATUS = { pop3: ["+OK", "-ERR"], imap: ["OK", "NO", "BAD", "+"] };
const REPLY = { smtp: /^(\d{3})/, pop3: /^(\+OK|-ERR)/, imap: /^(?:\S+ )?(OK|NO|BAD)\b|^(\+)/ };

export function predicting(page) {
  const { byId, complete, dialog, h, model, note, store, t } = page;
  const open = []; // those whose replies are not there yet
  let told = ""; // the lesson whose end was told

  const cover = (on) => {
    model.covered = on;
    byId("app").classList.toggle("app--covered", on);
    byId("prompt").inert = on;
    model.emit("line", model.line);
    complete.draw();
  };

  // predict asks for the reply to a line. It resolves with false where the line shall not go.
  function predict(conn, text) {
    if (!REPLY[conn.protocol] || model.covered) return !model.covered;
    const required = Boolean(model.state.lesson?.predict);
    return new Promise((resolve) => {
      const end = (sent) => {
        form.remove();
        cover(false);
        byId("line").focus();
        resolve(sent);
      };
      const form = ask(conn, text, required, end);
      form.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        end(false);
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const given = new FormData(form);
        open.push({ conn: conn.id, epoch: model.state.epoch, after: model.events.at(-1)?.seq ?? 0, protocol: conn.protocol, said: text, code: given.get("code"), sure: Number(given.get("sure")), lesson: model.state.lesson?.id ?? "" });
        end(true);
      });
      byId("prompt").before(form);
      cover(true);
      form.querySelector("input").focus();
    });
  }

  function ask({ protocol }, text, required, end) {
    const radio = (name, value, label, checked) => h("label.opt", null, h("input", { type: "radio", name, value, required: true, checked }), h("span", null, label));
    const code = protocol === "smtp"
      ? h("label", null, t("bench.predict.code"), " ", h("input", { type: "text", name: "code", required: true, pattern: "[2-5][0-9][0-9]", inputmode: "numeric", maxlength: 3, size: 4, list: "predict-codes", autocomplete: "off" }), h("datalist", { id: "predict-codes" }, CODES.map((c) => h("option", { value: String(c) }))))
      : h("fieldset.opts", null, h("legend", null, t("bench.predict.code")), STATUS[protocol].map((s) => radio("code", s, s)));
    return h("form.predict", { "aria-label": t("bench.predict") },
      h("p", null, t("bench.predict.ask"), " ", h("code", null, text)),
      h("div.predict__fields", null, code, h("fieldset.opts", null, h("legend", null, t("bench.predict.sure")), SURE.map((n) => radio("sure", String(n), t(`bench.predict.sure.${n}`), n === 75)))),
      h("p.rowbtn", null, h("button.btn.btn--main", { type: "submit", data: { predict: "commit" } }, t("bench.predict.commit")),
        required ? null : h("button.btn", { type: "button", data: { predict: "skip" }, onclick: () => end(true) }, t("bench.predict.skip")),
        h("button.btn.btn--bare", { type: "button", onclick: () => end(false) }, h("kbd", null, "Esc"), t("bench.predict.cancel"))));
  }

  // judge looks whether replies are there.
  async function judge() {
    for (const p of [...open]) {
      if (p.epoch !== model.state.epoch) {
        open.splice(open.indexOf(p), 1);
        continue;
      }
      const line = model.linesOf(p.conn).find((l) => l.seq > p.after && l.dir === "S" && l.class !== "untagged" && l.class !== "content" && model.shown(l));
      if (!line) {
        if (model.conn(p.conn)?.over) open.splice(open.indexOf(p), 1);
        continue;
      }
      open.splice(open.indexOf(p), 1);
      const found = REPLY[p.protocol].exec(page.text(line));
      const was = found?.[1] ?? found?.[2] ?? "";
      await keep({ protocol: p.protocol, said: p.said.slice(0, 200), code: p.code, sure: p.sure, was, right: was === p.code, lesson: p.lesson, at: Date.now() });
      note(p.conn, t(was === p.code ? "bench.predict.right" : was[0] === p.code[0] && p.protocol === "smtp" ? "bench.predict.near" : "bench.predict.wrong", { code: p.code, was }));
    }
    const { lesson } = model.state;
    if (!lesson?.done || told === lesson.id || open.length) return;
    told = lesson.id;
    const all = (await predictions()).filter((p) => p.lesson === lesson.id);
    if (all.length) note(model.tab, [t("bench.predict.end", { n: all.length, right: all.filter((p) => p.right).length }), " ", h("button.link", { type: "button", onclick: showPredictions }, t("bench.predict.sum"))]);
  }
  model.on("change", judge);

  const predictions = async () => (await store.get("predictions")) ?? [];

  async function keep(one) {
    await store.put("predictions", [...await predictions(), one].slice(-MOST));
  }

  // showPredictions shows the summary.
  async function showPredictions() {
    const all = await predictions();
    const row = (sure) => {
      const some = all.filter((p) => p.sure === sure);
      const right = some.filter((p) => p.right).length;
      return h("tr", null, h("th", { scope: "row" }, t(`bench.predict.sure.${sure}`)), h("td", null, String(some.length)), h("td", null, some.length ? `${right} (${Math.round((100 * right) / some.length)} %)` : "–"));
    };
    const missed = all.filter((p) => !p.right).slice(-10).reverse();
    return dialog(t("bench.predict.sum"), h("p", null, t("bench.predict.about")),
      all.length ? h("table.records", null, h("thead", null, h("tr", null, ["sure", "n", "hits"].map((c) => h("th", { scope: "col" }, t(`bench.predict.head.${c}`))))), h("tbody", null, SURE.map(row))) : h("p.soft", null, t("bench.predict.none")),
      missed.length ? h("h3", null, t("bench.predict.missed")) : null,
      missed.length ? h("ul.things", null, missed.map((p) => h("li", null, h("span", null, h("code", null, p.said), " ", t("bench.predict.miss", { code: p.code, was: p.was }))))) : null,
      all.length ? h("p.rowbtn", null, h("button.btn", { type: "button", onclick: async () => { await store.delete("predictions"); showPredictions(); } }, t("bench.predict.forget"))) : null);
  }

  return { predict, predictions, showPredictions };
}
