// Times, sizes and octets as people read them.

// clock gives minutes, seconds and milliseconds of a moment in nanoseconds, as in 00:12.480, with hours and days before
// them where there are any.
export function clock(ns, digits = 3) {
  const unit = 10 ** (9 - digits);
  const whole = Math.floor(Math.max(ns, 0) / unit);
  const part = 10 ** digits;
  const seconds = Math.floor(whole / part);
  const two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const tail = digits ? `.${String(whole % part).padStart(digits, "0")}` : "";
  let text = `${two(minutes % 60)}:${two(seconds % 60)}${tail}`;
  if (hours) text = `${hours % 24}:${text}`;
  if (hours >= 24) text = `${Math.floor(hours / 24)}d ${text}`;
  return text;
}

// short gives the first label of a host's name: mx of mx.example.net.
export const short = (host) => (/^[\d.]+$/.test(host) ? host : host.split(".")[0]);

// octets returns the bytes of a trace event.
export function octets(event) {
  if (event.b64) return Uint8Array.from(atob(event.b64), (c) => c.charCodeAt(0));
  return new TextEncoder().encode(event.data ?? "");
}

// text returns the octets of an event as text: UTF-8 where they are, otherwise one character an octet.
export function text(event) {
  if (!event.b64) return event.data ?? "";
  const bytes = octets(event);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return characters(bytes);
  }
}

// characters makes a character of each octet, of so many at once as a call takes.
function characters(bytes) {
  let out = "";
  for (let i = 0; i < bytes.length; i += 0x8000) out += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return out;
}

// visible shows control characters as they are written in ASCII's own pictures, and what turns the direction of writing as a picture,
// too: characters stand in the order in which they are sent.
export const visible = (line) => line.replace(/[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => (c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : c === "\x7f" ? "␡" : "␦"));

const LONGEST = 4000; // characters of a line that anybody reads

// brief cuts a line that nobody would read to its end: a browser takes seconds to lay out one of megabytes.
export const brief = (line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line);

// unescape reads \r \n \t \0 \\ and \xHH of the raw mode.
export function unescape(line) {
  const named = { r: "\r", n: "\n", t: "\t", 0: "\0", "\\": "\\" };
  return line.replace(/\\(?:x([0-9a-fA-F]{2})|([rnt0\\]))/g, (_, hex, name) => (hex ? String.fromCharCode(parseInt(hex, 16)) : named[name]));
}

// rawPieces takes a line of the raw mode apart: octets, and pauses in milliseconds. \d{250} is a pause; \d{250*} is one after each
// octet from there on.
export function rawPieces(line) {
  const pieces = [];
  let each = 0;
  for (const part of line.split(/(\\d\{\d+\*?\})/)) {
    const pause = /^\\d\{(\d+)(\*?)\}$/.exec(part);
    if (pause?.[2]) each = Number(pause[1]);
    else if (pause) pieces.push({ wait: Number(pause[1]) });
    else if (part) {
      const bytes = Uint8Array.from(unescape(part), (c) => c.charCodeAt(0) & 255);
      if (each) for (const c of bytes) pieces.push({ bytes: Uint8Array.of(c) }, { wait: each });
      else pieces.push({ bytes });
    }
  }
  return pieces;
}

// base64 encodes bytes.
export const base64 = (bytes) => btoa(characters(bytes));
