// Without a network: the service worker that keeps the page (sw.js), a newer version of it, and installing. Where the browser
// has no service worker for this page, as over plain http from another machine, it is said what that costs.
import { emit } from "./api.js";
import { band } from "./bands.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { live } from "./live.js";
import { save } from "./session.js";

const LATER = 4000; // ms after the start: what is fetched to be kept is in nobody's way
const HOUR = 3_600_000; // ms between two looks for a newer version

const own = new URL(".", import.meta.url).href; // the address of this version's files
let registration = null;
let state = isSecureContext ? "none" : "http"; // http, none, fetching, kept: a text of page.offline
let prompt = null; // the browser's offer to install
let looked = Date.now();

// initOffline begins to keep the page, once everything else is there.
export function initOffline() {
  if (live) return;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // the browser's own bar would cover the page; the menu has it
    prompt = event;
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - looked > HOUR) newer(); });
  if (navigator.serviceWorker && isSecureContext) setTimeout(keep, LATER);
}

async function keep() {
  try {
    registration = await navigator.serviceWorker.register(new URL("sw.js", document.baseURI));
  } catch {
    return; // a private window, or a policy
  }
  become(registration.active ? "kept" : "fetching");
  const watch = () => registration.installing?.addEventListener("statechange", ({ target }) => {
    if (target.state === "activated") {
      become("kept");
      newer();
    } else if (target.state === "redundant" && !registration.active) {
      become("none");
    }
  });
  watch();
  registration.addEventListener("updatefound", watch);
}

function become(what) {
  state = what;
  emit("offline", { state });
}

// newer looks whether the site has another version than the one that runs, and offers it.
async function newer() {
  looked = Date.now();
  registration?.update().catch(() => {}); // no network
  const index = await fetch(new URL("./", document.baseURI), { cache: "no-cache" }).then((r) => (r.ok ? r.text() : ""), () => "");
  const names = /\ba\/[0-9a-f]+\//.exec(index)?.[0];
  if (!names || own.endsWith(names)) return;
  band("newer", { text: t("page.newer"), picture: "return", closable: true, actions: [{ id: "newer", text: t("page.newer.load"), main: true, stays: true, run: () => save().then(() => location.reload()) }] });
}

// canInstall says whether the browser offers to install the page; install lets it ask.
export const canInstall = () => prompt !== null;

export async function install() {
  const asking = prompt;
  prompt = null;
  await asking?.prompt();
}

// offlineNote says what can be done without a network, and what not.
export const offlineNote = () => [
  h("h3", null, t("page.offline")),
  h("p", { data: { offline: state } }, t(`page.offline.${state}`)),
  canInstall() ? h("div.rowbtn", null, h("button.btn", { type: "button", onclick: install }, t("page.install"))) : null,
];
