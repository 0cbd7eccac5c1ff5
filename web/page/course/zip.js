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
