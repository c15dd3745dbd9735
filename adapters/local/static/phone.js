// The locked phone: what anybody could read on it. Only the previews the bot sent, never the messages.

import { byId, el } from "./dom.js";

const SHOWN = 4;

/**
 * Show the newest previews, newest first. `fresh`: the id of a message that has just arrived, or null. `open(message)`: a
 * preview was tapped.
 */
export function showPreviews(messages, time, open, fresh = null) {
  const latest = messages.filter((one) => one.preview).sort((a, b) => b.seq - a.seq).slice(0, SHOWN);
  byId("phone-previews").replaceChildren(
    ...latest.map((one) =>
      el(
        "li",
        {},
        el(
          "button",
          { type: "button", className: one.id === fresh ? "preview preview-new" : "preview", onclick: () => open(one) },
          el("img", { src: "static/icon.svg", alt: "", width: 22, height: 22 }),
          // Two of the same words may come at once, one to all and one to this person: which is which is seen here.
          el("span", { className: "preview-app" }, one.place === "private" ? "Buddyline" : "Buddyline · team"),
          el("time", { className: "preview-time", dateTime: one.at }, time.clock(one.at)),
          el("span", { className: "preview-text" }, one.preview),
        ),
      ),
    ),
  );
  byId("phone-empty").hidden = latest.length > 0;
  byId("phone-more").hidden = latest.length < 2;
}

/** Where there is no room for a whole phone, its newest preview stands alone until the others are asked for. */
export function unfoldable() {
  const more = byId("phone-more");
  more.addEventListener("click", () => {
    const open = byId("phone").classList.toggle("unfolded");
    more.setAttribute("aria-expanded", String(open));
  });
}

/** Keep the phone's clock going, by `now()`; return what sets it at once. */
export function runClock(time, now) {
  const tick = () => {
    byId("phone-clock").textContent = time.clock(now());
    byId("phone-date").textContent = time.day(now());
    byId("lapse-now").textContent = time.clock(now());
  };
  tick();
  setInterval(tick, 5000);
  return tick;
}
