// The service worker: it keeps all files of one version of the page, so that the page opens without a network. pack puts
// KEPT before it: the version, which is the part of the files' paths that changes with any of them, and their paths. A
// document comes from the network where there is one, so that nobody stays with an old version; what has a hash in its path
// comes from what is kept. The version before is kept too: a tab may still run it and ask for more of it.
const scope = new URL("./", location.href);
const PREFIX = `ehlo ${scope.pathname} `; // several sites may share an origin, each with a path of its own
const OURS = PREFIX + KEPT.version;
const VERSIONS = 2; // that are kept
const AT_ONCE = 4; // files that are fetched together, so that a slow network has room for others
const PATIENCE = 4000; // ms that a document may take before the one that is kept stands in

// plain is a response as a document may be answered with: some servers send to another address, which is then not shown.
const plain = (response) => (response.redirected ? new Response(response.body, response) : response);

const anyQuery = { ignoreSearch: true, ignoreVary: true };

// fill fetches what is not kept yet. Where that fails, what came is kept, and the browser tries again another time.
async function fill() {
  const cache = await caches.open(OURS);
  const index = await fetch(scope, { cache: "no-cache" });
  if (!index.ok || !(await index.clone().text()).includes(`a/${KEPT.version}/`)) throw new Error("the site is changing: its index.html is of another version");
  const files = [...KEPT.files];
  const some = async () => {
    for (let path = files.pop(); path !== undefined; path = files.pop()) {
      const url = new URL(path, scope);
      if (await cache.match(url, anyQuery)) continue;
      const response = (await caches.match(url, anyQuery)) ?? await fetch(url);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await cache.put(url, plain(response));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  await cache.put(scope, plain(index)); // last: with it the version is whole
}

async function forgetOld() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== OURS);
  await Promise.all(names.slice(0, Math.max(0, names.length - VERSIONS + 1)).map((name) => caches.delete(name)));
}

// page answers with the document: the newest, or what is kept where no network brings one.
async function page({ request, preloadResponse }) {
  const kept = (await caches.open(OURS)).match(scope);
  try {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));
    const fresh = await Promise.race([preloadResponse.then((early) => early ?? fetch(request)), late]);
    if (fresh.status < 500) return fresh;
  } catch {
    // no network
  }
  return (await kept) ?? fetch(request);
}

const file = async (request) => (await caches.match(request, anyQuery)) ?? fetch(request);

addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));

addEventListener("activate", (event) => event.waitUntil(Promise.all([forgetOld(), clients.claim(), registration.navigationPreload?.enable()])));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (request.mode === "navigate" && (path === "" || path === "index.html")) event.respondWith(page(event));
  else if (/^[aw]\//.test(path)) event.respondWith(file(request));
});
