// The live connection: Server-Sent Events read with fetch, so that the secret can go along. On every new connection the
// messages are fetched again; what was missed, edits included, is made good.

import { openStream } from "./api.js";

const QUIET_MS = 40000; // the server says something every 15 s
const POLL_MS = 3000;
// Browsers open six connections to one host, for all tabs together. Two stay free for everything else.
const SLOTS = 4;

/**
 * Stay connected for as long as the page lives.
 *
 * on.message(message): new or changed. on.clock(time): a demo's clock was put forward. on.state("live" | "connecting" | "offline"). on.refetch(): fetch everything again;
 * rejects when it did not work.
 */
export async function stayConnected(as, on) {
  let failures = 0;
  on.state("connecting");
  for (;;) {
    const began = performance.now();
    try {
      if (!(await inSlot(() => readStream(as, on)))) {
        await on.refetch();
        on.state("live");
        failures = 0;
        await pause(POLL_MS);
        continue;
      }
    } catch {
      // whatever it was, the answer is the same: try again
    }
    failures = performance.now() - began > 5000 ? 1 : failures + 1;
    on.state(failures > 2 ? "offline" : "connecting");
    await pause(Math.min(8000, 300 * 2 ** failures) * (0.75 + Math.random() / 2));
  }
}

/** Run `work` while holding one of the browser's slots for streams; false when all are taken by other tabs. */
async function inSlot(work) {
  if (!navigator.locks) {
    await work();
    return true;
  }
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const done = await navigator.locks.request(`buddyline-stream-${slot}`, { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return lock !== null;
    });
    if (done) return true;
  }
  return false;
}

async function readStream(as, on) {
  const stop = new AbortController();
  let watch;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => stop.abort(), QUIET_MS);
  };
  heard();
  const offline = () => stop.abort();
  addEventListener("offline", offline);
  try {
    const reader = await openStream(as, stop.signal);
    await on.refetch();
    on.state("live");
    await readEvents(reader, on, heard);
  } finally {
    clearTimeout(watch);
    removeEventListener("offline", offline);
    stop.abort();
  }
}

async function readEvents(reader, on, heard) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
      const kind = lines.find((line) => line.startsWith("event: "))?.slice(7);
      if (data.length && (kind === "message" || kind === "clock")) on[kind](JSON.parse(data.join("\n")));
    }
  }
}

function pause(ms) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    addEventListener("online", go);
  });
}
