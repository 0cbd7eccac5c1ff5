// Loads the empty Go program.
import "./wasm_exec.js";

const go = new Go();
const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL("empty.wasm", import.meta.url)), go.importObject);
go.run(instance);
