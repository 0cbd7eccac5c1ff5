// A worker that says whether this browser paints with WebGL 2. The first context that a browser makes takes it long, which here stops
// nobody; the one that the stage makes afterwards is ready at once.
"use strict";
let context = null;
try {
  context = new OffscreenCanvas(1, 1).getContext("webgl2");
} catch { /* a browser that knows no such canvas */ }
postMessage(Boolean(context));
