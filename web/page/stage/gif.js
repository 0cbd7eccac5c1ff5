// An encoder of animated GIFs (GIF89a). Each picture has its own colours and holds only the rectangle that differs from the
// one before; what has not changed there is transparent. Flat drawings like the stage's come out small.
const MOST = 255; // colours of a picture, besides the transparent one

// gif begins an animation whose pictures stand for that many hundredths of a second.
export function gif(delay) {
  const out = [];
  let before = null;
  let held = null; // the place of the last picture's delay, which grows while nothing changes

  return {
    // add appends a picture: an ImageData. All have the size of the first.
    add({ data, width, height }) {
      const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
      if (!before) header(out, width, height);
      const r = before ? differing(before, pixels, width, height) : { x: 0, y: 0, w: width, h: height };
      if (!r) {
        held.value = Math.min(held.value + delay, 65535);
        return;
      }
      held = { value: delay };
      const { table, indices } = reduce(pixels, before, width, r);
      out.push([0x21, 0xf9, 4, 0x05], held, [MOST, 0, 0x2c], words(r.x, r.y, r.w, r.h), [0x87], table, [8], compress(indices), [0]);
      before = pixels.slice();
    },
    // end returns the whole file.
    end() {
      out.push([0x3b]);
      const parts = out.map((p) => (Object.hasOwn(p, "value") ? words(p.value) : p));
      const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
      let at = 0;
      for (const p of parts) {
        all.set(p, at);
        at += p.length;
      }
      return all;
    },
  };
}

const words = (...numbers) => numbers.flatMap((n) => [n & 255, n >> 8]);

function header(out, width, height) {
  out.push([..."GIF89a"].map((c) => c.charCodeAt(0)), words(width, height), [0x70, 0, 0]);
  out.push([0x21, 0xff, 11, ...[..."NETSCAPE2.0"].map((c) => c.charCodeAt(0)), 3, 1, 0, 0, 0]); // again and again
}

// differing is the rectangle in which two pictures differ, or null.
function differing(a, b, width, height) {
  let x0 = width, y0 = height, x1 = -1, y1 = -1;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (a[i] === b[i]) continue;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      y1 = y;
    }
  }
  return x1 < 0 ? null : { x: x0, y: y0, w: x1 - x0 + 1, h: y1 - y0 + 1 };
}

// reduce chooses the colours that a rectangle uses most, and gives each of its pixels the nearest.
function reduce(pixels, before, width, { x, y, w, h }) {
  const counts = new Map();
  const indices = new Uint8Array(w * h);
  for (let row = 0; row < h; row++) {
    const from = (y + row) * width + x;
    for (let i = from; i < from + w; i++) {
      if (before && before[i] === pixels[i]) continue;
      counts.set(pixels[i], (counts.get(pixels[i]) ?? 0) + 1);
    }
  }
  const colours = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST).map(([c]) => c);
  const known = new Map(colours.map((c, i) => [c, i]));
  for (let row = 0, k = 0; row < h; row++) {
    const from = (y + row) * width + x;
    for (let i = from; i < from + w; i++, k++) {
      const c = pixels[i];
      if (before && before[i] === c) indices[k] = MOST;
      else {
        if (!known.has(c)) known.set(c, nearest(colours, c));
        indices[k] = known.get(c);
      }
    }
  }
  const table = new Uint8Array(256 * 3);
  colours.forEach((c, i) => table.set([c & 255, (c >> 8) & 255, (c >> 16) & 255], 3 * i));
  return { table, indices };
}

function nearest(colours, c) {
  let best = 0, least = Infinity;
  for (let i = 0; i < colours.length; i++) {
    const d = ((colours[i] & 255) - (c & 255)) ** 2 + (((colours[i] >> 8) & 255) - ((c >> 8) & 255)) ** 2 + (((colours[i] >> 16) & 255) - ((c >> 16) & 255)) ** 2;
    if (d < least) [best, least] = [i, d];
  }
  return best;
}

// compress packs 8-bit indices by LZW into blocks of at most 255 octets.
function compress(indices) {
  const out = [];
  const CLEAR = 256, END = 257;
  let block = [], bits = 0, held = 0, size = 9, next = 258;
  let codes = new Map();
  const write = (code) => {
    held |= code << bits;
    bits += size;
    while (bits >= 8) {
      block.push(held & 255);
      held >>>= 8;
      bits -= 8;
      if (block.length === 255) {
        out.push(255, ...block);
        block = [];
      }
    }
  };
  write(CLEAR);
  let at = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const key = (at << 8) | indices[i];
    const found = codes.get(key);
    if (found !== undefined) {
      at = found;
      continue;
    }
    write(at);
    codes.set(key, next);
    if (next++ === 1 << size && size < 12) size++;
    if (next > 4095) {
      write(CLEAR);
      codes = new Map();
      size = 9;
      next = 258;
    }
    at = indices[i];
  }
  write(at);
  write(END);
  if (bits > 0) block.push(held & 255);
  if (block.length) out.push(block.length, ...block);
  return new Uint8Array(out);
}
