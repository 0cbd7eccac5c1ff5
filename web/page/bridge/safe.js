// The safe mode: what changes something at a real server waits for a yes.

const RISKY = {
  smtp: ["DATA", "BDAT"],
  pop3: ["DELE"],
  imap: ["EXPUNGE", "STORE", "DELETE", "CLOSE", "MOVE"],
};

// risky finds the first command in what is about to be sent that changes something. `before` is the part of a line that
// has been sent already.
export function risky(protocol, text, before = "") {
  for (const line of (before + text).split(/\r?\n/)) {
    const words = line.trim().toUpperCase().split(/\s+/);
    if (protocol === "imap") words.shift();
    const verb = words[0] === "UID" ? words[1] : words[0];
    if (RISKY[protocol]?.includes(verb)) return verb;
  }
  return "";
}

// sure asks whether a command shall go out; it resolves with true or false.
export function sure({ dialog, h, t, codes }, verb, line) {
  return new Promise((resolve) => {
    let yes = false;
    const no = h("button.btn.btn--main", { type: "button", onclick: () => node.close() }, t("bridge.safe.keep"));
    const node = dialog(t("bridge.safe.title", { verb }),
      h("p", null, codes(t(`bridge.safe.${verb.toLowerCase()}`))), h("pre", null, line.trim()), h("p.soft", null, codes(t("bridge.safe.hint"))),
      h("div.rowbtn", null, no, h("button.btn", {
        type: "button", data: { action: "send" },
        onclick: () => {
          yes = true;
          node.close();
        },
      }, t("bridge.safe.send", { verb }))));
    node.addEventListener("close", () => resolve(yes));
    no.focus();
  });
}
