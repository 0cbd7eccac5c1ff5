// A line to a real server: a ticket, and the WebSocket to the bridge, in the language that docs/bridge.md describes.

const FRAME = 32 << 10; // octets in one message

// Refused is what the bridge, or the way to it, says no with; tls is the handshake that went wrong, if it was one.
export class Refused extends Error {
  constructor({ id, args = {} }, tls = null) {
    super(id);
    Object.assign(this, { id, args, tls, reason: id.replace("bridge.refused.", "") });
  }
}

const gone = { id: "bridge.gone" };
const at = (path) => new URL(`bridge/v1/${path}`, new URL(".", location.href));

// ticket turns the invitation into a ticket for one connection: {ticket, room, targets}.
export async function ticket(invite) {
  const response = await fetch(at("ticket"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ invite }) }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!answer) throw new Refused(gone);
  if (!response.ok) throw new Refused(answer);
  return answer;
}

// openLine connects; it resolves when the server has answered, and from then on `on` is told what comes: octets(bytes),
// secured(handshake), closed(reason).
export async function openLine(invite, { host, port, tls }, on) {
  const { ticket: pass } = await ticket(invite);
  const url = at("connect");
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url, "ehlo.bridge.1");
  socket.binaryType = "arraybuffer";
  let reached = false;
  let last = null; // the reason, once it is told
  let handshake = null;
  const line = {
    send(octets) {
      for (let i = 0; i < octets.length; i += FRAME) socket.send(octets.subarray(i, i + FRAME));
    },
    startTLS: () => socket.send('{"startTLS":true}'),
    finish: () => socket.send('{"finish":true}'),
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    const end = (reason) => {
      if (last) return;
      last = reason;
      if (reached) on.closed(reason);
      else reject(new Refused(reason, handshake));
    };
    socket.onopen = () => socket.send(JSON.stringify({ ticket: pass, host, port, tls }));
    socket.onclose = () => end(gone);
    socket.onmessage = ({ data }) => {
      if (last) return undefined;
      if (typeof data !== "string") return on.octets(new Uint8Array(data));
      const notice = JSON.parse(data);
      if (notice.connected) {
        reached = true;
        resolve({ ...line, ...notice.connected, handshake: notice.tls ?? null });
      } else if (notice.tls) {
        handshake = notice.tls;
        if (reached) on.secured(notice.tls);
      } else if (notice.closed) {
        socket.close();
        end(notice.closed);
      }
      return undefined;
    };
  });
}

// chain writes the certificates of a handshake, a line for each.
export const chain = ({ chain: all }) => (all ?? []).map(({ subject, names, issuer, notAfter }) =>
  `${subject}${names?.length ? ` for ${names.join(", ")}` : ""}, by ${issuer}, until ${String(notAfter).slice(0, 10)}`).join("\n");
