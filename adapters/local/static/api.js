// Calls to the chat's API, and what this tab keeps: who it is, and the secret of its link.

const API = "api/";
const WAIT_MS = 15000;

/** A request that was not carried out. `again`: sending it again with the same key may work. */
export class Refused extends Error {
  constructor(message, { code = "unreachable", again = false } = {}) {
    super(message);
    this.code = code;
    this.again = again;
  }
}

/** Take the secret out of the address, so that nobody reads it over a shoulder, and keep it in this tab. */
export function takeSecret() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (!fragment.has("secret")) return;
  sessionStorage.setItem("secret", fragment.get("secret"));
  fragment.delete("secret");
  const rest = fragment.toString();
  history.replaceState(null, "", location.pathname + location.search + (rest ? `#${rest}` : ""));
}

/** Return who this tab is: the address wins over what the tab remembers. Null: nobody yet. */
export function whoAmI() {
  return new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem("as");
}

/** Remember who this tab is, or (null) forget it. */
export function beSomebody(id) {
  const url = new URL(location.href);
  if (id === null) {
    sessionStorage.removeItem("as");
    url.searchParams.delete("as");
  } else {
    sessionStorage.setItem("as", id);
    url.searchParams.set("as", id);
  }
  history.replaceState(null, "", url);
}

/** Return a fresh key for one thing that is sent, however often it has to be sent. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function headers(extra = {}) {
  const secret = sessionStorage.getItem("secret");
  return secret ? { ...extra, Authorization: `Bearer ${secret}` } : extra;
}

async function call(path, options = {}, wait = WAIT_MS) {
  let answer;
  let body;
  try {
    answer = await fetch(API + path, { ...options, cache: "no-store", signal: AbortSignal.timeout(wait) });
    body = await answer.json();
  } catch {
    throw new Refused("Buddyline cannot be reached right now.", { again: true });
  }
  if (answer.ok) return body;
  throw new Refused(body?.error?.message ?? "That did not work. Please try again.", {
    code: body?.error?.code ?? "internal",
    again: answer.status >= 500,
  });
}

export function get(path, query = {}) {
  const words = new URLSearchParams(query).toString();
  return call(words ? `${path}?${words}` : path, { headers: headers() });
}

/** Post; `wait`: how long at most until the answer, in milliseconds. */
export function post(path, body, wait = WAIT_MS) {
  const options = { method: "POST", headers: headers({ "Content-Type": "application/json" }), body: JSON.stringify(body) };
  return call(path, options, wait);
}

/** Open the stream; resolves when it is open. Rejects with Refused. */
export async function openStream(as, signal) {
  let answer;
  try {
    answer = await fetch(`${API}stream?${new URLSearchParams({ as })}`, { headers: headers(), cache: "no-store", signal });
  } catch {
    throw new Refused("Buddyline cannot be reached right now.", { again: true });
  }
  if (answer.ok) return answer.body.getReader();
  throw new Refused("The live connection was refused.", { again: answer.status >= 500 });
}
