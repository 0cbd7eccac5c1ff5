// The frame that fetches a lesson from another server. It has a policy of its own, by which it may, and nothing of the page: it
// gets an address and answers with octets.
addEventListener("message", async ({ data: { url, most }, origin, ports: [port] }) => {
  if (origin !== location.origin || !/^https?:/.test(url)) return;
  try {
    const response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!response.ok) throw new Error(String(response.status));
    const octets = new Uint8Array(await response.arrayBuffer());
    if (octets.length > 4 * most) throw new Error("too large");
    port.postMessage({ octets });
  } catch (e) {
    port.postMessage({ error: e.message, unread: e instanceof TypeError });
  }
});
