// The core starts before anything else of the page is there: its worker, and its program, which pack names in the head.
// A classic script, since modules wait for the whole document. driver.js takes both over.
{
  const program = document.querySelector('link[rel="preload"][href$=".wasm"]');
  globalThis.ehloBoot = {
    worker: new Worker(new URL("worker.js", document.currentScript.src), { type: "module", name: "ehlo" }),
    program: program && WebAssembly.compileStreaming(fetch(program.href)),
  };
  globalThis.ehloBoot.program?.catch(() => {}); // driver.js tries again in another way
}
