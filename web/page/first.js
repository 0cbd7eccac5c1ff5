// The first visit: no splash and no tour. A connection is open, one line invites, the field has the focus; lesson, tabs
// and inspector appear with the first reply.
import { byId } from "./dom.js";
import { complete } from "./complete.js";
import { driver } from "./driver.js";
import { codes, t } from "./i18n.js";
import { model } from "./model.js";
import { doors } from "./doors.js";
import { save } from "./session.js";

export async function welcome() {
  const here = model.here();
  const [target, door] = doors().findLast(([, { protocol }]) => protocol === "smtp") ?? [];
  const app = byId("app");
  const first = app.classList.toggle("app--first", Boolean(here && target));
  byId("invite").hidden = !first;
  if (!first) return;
  const { conn } = await driver.call("open", { host: here.name, target, port: door.port });
  model.show(conn);
  const invitation = t("page.first", { host: target, name: here.name });
  if (byId("invite").textContent !== invitation.replaceAll("`", "")) byId("invite").replaceChildren(...codes(invitation)); // in English it stands there
  complete.offer = `EHLO ${here.name}`;
  complete.draw();
  const end = model.on("change", () => {
    const lines = model.linesOf(conn).filter((l) => model.shown(l));
    const said = lines.findIndex((l) => l.dir === "C");
    if (said >= 0) complete.offer = "";
    const answered = said >= 0 && lines.slice(said).some((l) => l.dir === "S" && l.class !== "untagged");
    if (!answered && !model.conn(conn)?.over && app.classList.contains("app--first")) return;
    end();
    app.classList.remove("app--first");
    byId("invite").hidden = true;
    complete.offer = "";
    model.emit("tab", model.tab);
    save();
  });
}
