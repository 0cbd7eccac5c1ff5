// What the page loads of the workbench when somebody asks for it: the module that does it, its texts and its styles.
import { branching } from "./branches.js";
import { looking } from "./boxes.js";
import { onStage } from "./onstage.js";
import { predicting } from "./predict.js";
import { worlding } from "./world.js";

// begin gets texts and styles; it resolves with what can be asked for.
export async function begin(page) {
  const css = page.h("link", { rel: "stylesheet", href: new URL("parts.css", import.meta.url).href });
  await Promise.all([page.moreTexts("bench"), new Promise((done) => {
    css.onload = css.onerror = done;
    document.head.append(css);
  })]);
  const world = worlding(page);
  return { ...branching(page), ...looking(page), ...predicting(page), ...world, ...onStage(page, world) };
}
