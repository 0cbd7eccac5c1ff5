// The DNS tab: every question by now with its answer, the newest at the top: who asked whom, what came back, and whether a
// cache knew. It loads when it is first opened.
const MOST = 200;

export function pane({ h, t, model, clock, text }) {
  let drawn = "";

  function draw(box, anew) {
    const key = [model.state.total, model.state.epoch].join();
    if (key === drawn && !anew && box.firstChild) return;
    drawn = key;
    const all = [];
    for (let i = 0; i < model.state.total; i++) if (model.events[i].kind === "lookup" || model.events[i].kind === "query") all.push(model.events[i]);
    const list = all.slice(-MOST).reverse();
    const top = box.scrollTop;
    box.replaceChildren(list.length ? h("ol.dns", { "aria-label": t("page.dns") }, list.map(row)) : h("p.empty", null, t("page.dns.empty")));
    box.scrollTop = top;
  }

  function row(e) {
    const [name, type] = (e.label ?? "").split(" ");
    if (e.kind === "query") return h("li.dns__ask", null, h("span.at", null, clock(e.at)), h("span", null, t("page.dns.asks", { host: e.actor, server: e.target })), h("code", null, `${name} ${type}`));
    const bad = e.class === "permanent" || e.class === "transient";
    const records = text(e).trim();
    return h("li", null, h("span.at", null, clock(e.at)), h("span", null, t("page.dns.learns", { host: e.actor })), h("code", null, `${name} ${type}`),
      h(bad ? "b.bad" : "b", null, e.verb), e.num ? h("span.soft", null, t("page.dns.cached")) : null,
      records ? h("pre.octets", { tabindex: 0, "aria-label": `${name} ${type}` }, records) : null);
  }

  return { draw };
}
