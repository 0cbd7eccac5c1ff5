// The core starts before anything else of the page is there: its worker, which fetches the program that pack names in the
// html element, and the core's greeting with the page's texts. A classic script, since modules wait for the whole document. driver.js,
// i18n.js and main.js take over. The page itself does not fetch the program: its thread would be busy with that instead of
// building the page.
{
  const base = document.currentScript.src;
  const lang = (new URLSearchParams(location.search).get("lang") ?? "en").replace(/[^a-z-]/gi, "");
  const { program, full, octets } = document.documentElement.dataset;
  const path = (file) => new URL(file, document.baseURI).href;
  // What the worker has to know is in its name: a service worker that answers with a script takes the end off its address.
  const core = (what) => new Worker(new URL("worker.js", base), { type: "module", name: String(new URLSearchParams({ lang, ...what })) });
  // start begins a core, or the whole one, of which the worker tells how much is there.
  const start = (whole) => core(whole ? { program: path(full), octets } : { program: path(program) });
  // Where there is no greeting, whoever needs what is in it gets that in another way.
  const greeting = fetch(new URL(`start/${lang}.json`, base)).then((response) => response.json()).catch(() => ({}));
  // What is kept of earlier visits is known only later, but for whether there were any, and whether they came to need the whole core.
  let been = "been";
  try { been = localStorage.getItem("ehlo"); } catch { /* a browser that keeps nothing */ }
  const whole = been === "whole" || new URLSearchParams(location.search).has("live");
  globalThis.ehloBoot = { lang, start, full: path(full), whole, worker: start(whole), greeting };
  // Who comes for the first time sees at once what there is to do: the page has it written in it.
  if (!been && !location.search && !location.hash) document.documentElement.dataset.first = "";
  // The page's modules run when the document is there. Named in it, they would keep it from being loaded until then, and a browser
  // that loads draws that again and again.
  addEventListener("DOMContentLoaded", () => import(new URL("main.js", base)).catch((e) => {
    const said = document.getElementById("loading");
    if (said) said.textContent = `ehlo could not start: ${e.message}. Load the page again; if that does not help, this browser may lack WebAssembly.`;
  }));
}
