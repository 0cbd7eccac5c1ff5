// Packed logs: the form in which a link's fragment carries an input log.
import { base64 } from "./format.js";
import { t } from "./i18n.js";

const MOST = 64 << 20; // octets of a log: a link that lies may swell a thousandfold

async function pipe(bytes, stream, most = Infinity) {
  const parts = [];
  let n = 0;
  for await (const part of through(new Blob([bytes]).stream().pipeThrough(stream))) {
    if ((n += part.length) > most) throw new Error("too large");
    parts.push(part);
  }
  return new Blob(parts);
}

// through yields what a stream gives; not every browser's streams can be iterated.
async function* through(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

// pack makes the fragment's form of a log: deflated, then base64url.
export async function pack(log) {
  const packed = await pipe(new TextEncoder().encode(log), new CompressionStream("deflate-raw"));
  return base64(new Uint8Array(await packed.arrayBuffer())).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// unpack reads it back; it throws where the link was damaged.
export async function unpack(packed) {
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return await (await pipe(bytes, new DecompressionStream("deflate-raw"), MOST)).text();
  } catch {
    throw new Error(t("page.link.cut"));
  }
}
