// The core starts before anything else of the page is there: its worker, its program, which pack names in the head, and
// the page's texts. A classic script, since modules wait for the whole document. driver.js and i18n.js take over.
{
  const base = document.currentScript.src;
  const program = document.querySelector('link[rel="preload"][href$=".wasm"]');
  const lang = (new URLSearchParams(location.search).get("lang") ?? "en").replace(/[^a-z-]/gi, "");
  globalThis.ehloBoot = {
    lang,
    worker: new Worker(new URL(`worker.js#${lang}`, base), { type: "module", name: "ehlo" }),
    program: program && WebAssembly.compileStreaming(fetch(program.href)),
    texts: fetch(new URL(`locales/${lang}/page.txt`, base)),
  };
  globalThis.ehloBoot.program?.catch(() => {}); // driver.js tries again in another way
  globalThis.ehloBoot.texts.catch(() => {}); // i18n.js does
}
