// Zip files (APPNOTE.TXT of PKWARE, 6.3): what a lesson needs of them, its few small files stored or deflated.

const [END, ENTRY] = [0x06054b50, 0x02014b50]; // the signatures of the directory's end and of its entries

// unzip resolves with the files that are wanted, by their paths. It throws where this is no zip, where it is encrypted, or where
// they have more octets than most together.
export async function unzip(octets, wanted, most) {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let end = octets.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error("no zip");
  const files = new Map();
  let left = most;
  for (let i = 0, at = view.getUint32(end + 16, true); i < view.getUint16(end + 10, true); i++) {
    if (view.getUint32(at, true) !== ENTRY || view.getUint16(at + 8, true) & 1) throw new Error("no entry");
    const [method, packed, size] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const [name, extra, comment] = [28, 30, 32].map((k) => view.getUint16(at + k, true));
    const path = new TextDecoder().decode(octets.subarray(at + 46, at + 46 + name));
    if (wanted(path) && !path.endsWith("/")) {
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const part = octets.subarray(start, start + packed);
      const file = method ? await inflated(part, Math.min(left, size)) : part;
      if ((left -= file.length) < 0) throw new Error("too large");
      files.set(path, file);
    }
    at += 46 + name + extra + comment;
  }
  return files;
}

// inflated unpacks octets, and stops where there are more than the directory says.
async function inflated(part, most) {
  const reader = new Blob([part]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const out = new Uint8Array(most);
  for (let n = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return out.subarray(0, n);
    if (n + value.length > most) throw new Error("too large");
    out.set(value, n);
    n += value.length;
  }
}

const FILE = 0x04034b50; // the signature before a file
const UTF8 = 1 << 11; // flag: names are UTF-8
const DAY = 0x21; // 1 January 1980, the first day that the format knows

// zip makes an archive of texts, given as [path, text], that are stored as they are.
export function zip(texts) {
  const parts = [];
  const list = [];
  let at = 0;
  const add = (to, ...octets) => to.push(...octets);
  for (const [path, text] of texts) {
    const [name, file] = [new TextEncoder().encode(path), new TextEncoder().encode(text)];
    const head = [[20, 2], [UTF8, 2], [0, 2], [0, 2], [DAY, 2], [crc32(file), 4], [file.length, 4], [file.length, 4], [name.length, 2], [0, 2]];
    add(list, fields([ENTRY, 4], [20, 2], ...head, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), name);
    const start = fields([FILE, 4], ...head);
    add(parts, start, name, file);
    at += start.length + name.length + file.length;
  }
  const size = list.reduce((sum, part) => sum + part.length, 0);
  return new Blob([...parts, ...list, fields([END, 4], [0, 2], [0, 2], [texts.length, 2], [texts.length, 2], [size, 4], [at, 4], [0, 2])]);
}

// fields writes numbers with their sizes in octets, the least octet first.
const fields = (...numbers) => Uint8Array.from(numbers.flatMap(([n, size]) => Array.from({ length: size }, (_, i) => (n >>> (8 * i)) & 255)));

// crc32 is the check sum of a file, APPNOTE.TXT 4.4.7.
function crc32(octets) {
  let crc = ~0;
  for (const octet of octets) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
