// The place: the sandbox, or real servers that are reached through a bridge. The code for those loads when the page has an
// invitation to a bridge, from a link or kept from one, and not otherwise.
import { model } from "./model.js";
import { store } from "./store.js";

export const place = {
  bridge: null,
  // real says whether what is shown are real servers.
  real: () => Boolean(model.state?.real),
};

// initPlace gets a bridge where there is an invitation, and says whether the page's address has one. page is what the
// bridge needs of the page.
export async function initPlace(page) {
  const token = /^#bridge=([\w.-]+)$/.exec(location.hash)?.[1];
  if (token) {
    history.replaceState(null, "", location.pathname + location.search); // an invitation is not for whoever looks on
    await store.put("bridge", token);
  }
  const invite = token ?? await store.get("bridge");
  if (!invite) return false;
  page.invite = invite;
  if (place.bridge) {
    await place.bridge.greet(Boolean(token));
  } else {
    const { begin } = await import(new URL("bridge/bridge.js", import.meta.url));
    place.bridge = await begin(page, Boolean(token));
    model.emit("change", model.state);
  }
  return Boolean(token);
}
