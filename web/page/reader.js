// The worker that renders the Markdown of lessons. It is told texts and answers with their HTML.
import "./wasm_exec.js";

const base = new URL(".", import.meta.url);
const running = start();

async function start() {
  const manifest = await (await fetch(new URL("manifest.json", base))).json();
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL(manifest.reader, base)), go.importObject);
  go.run(instance);
}

addEventListener("message", async ({ data: { id, texts } }) => {
  try {
    await running;
    postMessage({ id, html: texts.map(({ markdown, paragraph }) => globalThis.ehloRender(markdown, paragraph)) });
  } catch (e) {
    postMessage({ id, error: String(e.message ?? e) });
  }
});
