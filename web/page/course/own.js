// Lessons that somebody brings: a folder or a zip that is dropped on the page, or an address. What they hold is text; the reader
// makes a lesson of it as of any other, and what has no place in one does not come out of it. Names: "own:ID" for what this
// browser keeps, or an address; behind it an @ and the seed where a lesson is drawn.
import { unzip } from "./zip.js";

const MOST = 256 * 1024; // octets of a lesson's files together
const FILES = { "lesson.md": "lesson", "solution.txt": "solution", "world.toml": "world", "draws.toml": "draws" };
const OUTSIDE = "outside.html";
const PREVIEW = "/preview/"; // where `ehlo lesson preview` serves a folder

// filesOf resolves with the files of a lesson that the core asks for by its name.
export async function filesOf(name, page) {
  const base = name.replace(/@\d+$/, "");
  try {
    if (!base.startsWith("own:")) return (await fetched(base)).files;
    const kept = await page.store.get(`lesson:${base}`);
    if (!kept) throw wrong("course.own.gone", { id: base.slice("own:".length) });
    return kept.files;
  } catch (e) {
    await page.moreTexts("course");
    throw new Error(e.id ? page.t(e.id, e.args) : page.t("course.own.fetch", { url: base, why: e.message }));
  }
}

// bring takes up files that a person has dropped or chosen, keeps the lesson, and opens it.
export async function bring(page, files, folders) {
  await page.moreTexts("course");
  try {
    const { octets } = await gather(files, folders);
    const lesson = bundle(octets);
    const id = `own:${lesson.id}`;
    const { error } = await page.lesson({ name: id, files: lesson.files }, page.lang);
    if (error) throw Object.assign(new Error(error.text), { detail: error.detail });
    await page.store.put(`lesson:${id}`, lesson);
    await page.store.delete(`work:lesson:${id}`); // what was done in an earlier version of it was done in another lesson
    await page.choose({ lesson: id });
  } catch (e) {
    throw e.id ? new Error(page.t(e.id, e.args)) : e;
  }
}

const wrong = (id, args) => Object.assign(new Error(id), { id, args });

// gather reads what was dropped: { octets: paths with their octets }.
async function gather(files, folders) {
  const all = new Map();
  for (const folder of folders) for (const file of await below(folder)) all.set(file.path, new Uint8Array(await file.arrayBuffer()));
  for (const file of folders.length ? [] : files) {
    const octets = new Uint8Array(await file.arrayBuffer());
    if (/\.zip$/i.test(file.name)) for (const [path, part] of await zipped(octets)) all.set(path, part);
    else all.set(file.name, octets);
  }
  return { octets: all };
}

const zipped = (octets) => unzip(octets, (path) => path.split("/").at(-1) in FILES, MOST).catch(() => { throw wrong("course.own.zip"); });

// below lists the files of a lesson in a folder that was dropped, two floors deep.
async function below(folder, floor = 0) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return found;
    for (const entry of entries) {
      if (entry.isDirectory && floor < 2) found.push(...await below(entry, floor + 1));
      if (!entry.isFile || !(entry.name in FILES)) continue;
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      found.push(Object.assign(file, { path: entry.fullPath }));
    }
  }
}

// bundle makes a lesson of files: of that folder whose lesson.md comes first.
function bundle(octets) {
  const path = [...octets.keys()].filter((name) => name.split("/").at(-1) === "lesson.md").sort((a, b) => a.length - b.length)[0];
  if (!path) throw wrong("course.own.none");
  const files = {};
  let size = 0;
  for (const [name, key] of Object.entries(FILES)) {
    const part = octets.get(path.slice(0, -"lesson.md".length) + name);
    size += part?.length ?? 0;
    files[key] = part ? new TextDecoder().decode(part) : "";
  }
  if (size > MOST) throw wrong("course.own.large", { kb: MOST / 1024 });
  return { files, ...named(files) };
}

// named finds identifier and title of a lesson.
function named({ lesson }) {
  const key = (name) => new RegExp(`^${name}\\s*=\\s*"([^"\\n]*)"`, "m").exec(lesson)?.[1];
  const id = key("id");
  if (!/^[a-z0-9-]+$/.test(id ?? "")) throw wrong("course.own.id");
  return { id, title: key("title") ?? id };
}

// fetched gets a lesson from an address: a zip, a lesson.md with its other files beside it, or the files as JSON.
export async function fetched(address) {
  const url = new URL(address);
  if (url.origin === location.origin && url.pathname.startsWith(PREVIEW)) watch(url);
  const get = url.origin === location.origin ? inside : outside;
  if (/\.json$/i.test(url.pathname)) return { files: JSON.parse(new TextDecoder().decode(await get(url))) };
  if (/\.zip$/i.test(url.pathname)) return bundle(await zipped(await get(url)));
  const octets = new Map();
  for (const name of Object.keys(FILES)) {
    const part = await get(new URL(name, url)).catch((e) => { if (name in { "lesson.md": 1, "solution.txt": 1 }) throw e; });
    if (part) octets.set(name, part);
  }
  return bundle(octets);
}

let watched = ""; // the address that is looked at

// watch loads the page again when a lesson that somebody is writing has changed; what was typed is typed again.
async function watch(url) {
  if (watched) return;
  watched = url.href;
  const look = async () => (await fetch(url, { cache: "no-store" })).text();
  let was = await look().catch(() => "");
  setInterval(async () => {
    const now = await look().catch(() => was); // the server has stopped for a while
    if (was && now !== was) location.reload();
    was = now;
  }, 1000);
}

async function inside(url) {
  const response = await fetch(url, { cache: "no-cache", credentials: "omit" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

let frame = null; // resolves with the frame that may fetch from elsewhere

// outside lets a frame fetch: this page itself can speak with its own server only.
async function outside(url) {
  frame ??= new Promise((resolve) => {
    const node = document.createElement("iframe");
    node.hidden = true;
    node.src = new URL(OUTSIDE, import.meta.url).href;
    node.onload = () => resolve(node);
    document.body.append(node);
  });
  const { contentWindow } = await frame;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
  contentWindow.postMessage({ url: url.href, most: MOST }, location.origin, [port2]);
  const { octets, error, unread } = await answer;
  if (unread) throw wrong("course.own.unread", { url }); // the browser does not say which of its reasons it was
  if (error) throw new Error(`${url}: ${error}`);
  return octets;
}
