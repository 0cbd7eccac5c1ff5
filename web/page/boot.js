// The core starts before anything else of the page is there: its worker, which fetches the program that pack names in the
// html element, and the page's texts. A classic script, since modules wait for the whole document. driver.js and i18n.js
// take over. The page itself does not fetch the program: its thread would be busy with that instead of building the page.
{
  const base = document.currentScript.src;
  const lang = (new URLSearchParams(location.search).get("lang") ?? "en").replace(/[^a-z-]/gi, "");
  const program = new URL(document.documentElement.dataset.program, document.baseURI).href;
  const start = () => new Worker(new URL(`worker.js#${new URLSearchParams({ lang, program })}`, base), { type: "module", name: "ehlo" });
  globalThis.ehloBoot = { lang, start, worker: start(), texts: fetch(new URL(`locales/${lang}/page.txt`, base)) };
  globalThis.ehloBoot.texts.catch(() => {}); // i18n.js tries again in another way
}
