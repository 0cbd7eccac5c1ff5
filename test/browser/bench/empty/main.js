// Loads the empty Go program.
import "./wasm_exec.js";

const go = new Go();
window.ready = WebAssembly.instantiateStreaming(fetch(new URL("empty.wasm", import.meta.url)), go.importObject)
	.then(({ instance }) => void go.run(instance));
