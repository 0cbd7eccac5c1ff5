// The course as a whole: its map, the glossary and the teacher's side. Their code loads when one of them is opened.
import { fault } from "./act.js";

let opened = null;

// openCourse opens a part of it, map, glossary or teacher; page is what it needs of the page.
export async function openCourse(page, what, ...args) {
  try {
    opened ??= import(new URL("course/course.js", import.meta.url)).then(({ begin }) => begin(page));
    return await (await opened)[what](...args);
  } catch (e) {
    opened = null;
    return fault(e.message);
  }
}
