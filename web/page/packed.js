// Packed logs: the form in which a link's fragment carries an input log.
import { base64 } from "./format.js";
import { t } from "./i18n.js";

async function pipe(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

// pack makes the fragment's form of a log: deflated, then base64url.
export async function pack(log) {
  const bytes = await pipe(new TextEncoder().encode(log), new CompressionStream("deflate-raw"));
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// unpack reads it back; it throws where the link was damaged.
export async function unpack(packed) {
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return new TextDecoder().decode(await pipe(bytes, new DecompressionStream("deflate-raw")));
  } catch {
    throw new Error(t("page.link.cut"));
  }
}
