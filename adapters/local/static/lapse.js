// A demo's time: what its clock shows, and putting it forward. Elsewhere this part of the page stays hidden.

import { get, post } from "./api.js";
import { byId } from "./dom.js";

const MINUTE_MS = 60 * 1000;
const HOURS_TAKE_MS = 3 * MINUTE_MS; // each deadline on the way is lived through
const LOOK_AGAIN_MS = 400;

export class Lapse {
  /** told(): the time has moved, for whoever shows it. */
  constructor(me, time, told) {
    this.me = me;
    this.time = time;
    this.told = told;
    this.ahead = 0;
    this.next = null;
    this.isDemo = false;
    this.timer = null;
    this.press("lapse-5", "5 minutes later", () => this.inMinutes(5));
    this.press("lapse-next", "At the next deadline", () => "next");
    this.press("lapse-60", "An hour later", () => this.inMinutes(60));
  }

  /** Return the instant that the chat goes by. */
  now() {
    return new Date(Date.now() + this.ahead);
  }

  inMinutes(minutes) {
    return new Date(this.now().getTime() + minutes * MINUTE_MS).toISOString();
  }

  /** Ask what time it is; without an answer the time shown goes on. */
  async look() {
    try {
      this.show(await get("clock", { as: this.me.id }));
    } catch {
      // the connection's own sign says that Buddyline cannot be reached
    }
  }

  /** A message came or changed: the next deadline may be another one. */
  changed() {
    if (!this.isDemo) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), LOOK_AGAIN_MS);
  }

  show({ now, demo, next }) {
    if (!demo) return;
    this.isDemo = true;
    this.ahead = new Date(now) - Date.now();
    this.next = next;
    byId("lapse").hidden = false;
    this.draw();
    this.told();
  }

  draw() {
    byId("lapse-now").textContent = this.time.clock(this.now());
    byId("lapse-day").textContent = this.time.day(this.now());
    const due = byId("lapse-next");
    due.querySelector(".lapse-due").textContent = this.next ? this.time.clock(this.next) : "none";
    due.disabled = this.isBusy || !this.next;
  }

  press(id, words, to) {
    byId(id).addEventListener("click", async () => {
      this.busy(true);
      byId("lapse-said").textContent = "Time goes by…";
      try {
        this.show(await post("clock", { as: this.me.id, to: to() }, HOURS_TAKE_MS));
        byId("lapse-said").textContent = `${words}: it is ${this.time.clock(this.now())}.`;
      } catch (error) {
        byId("lapse-said").textContent = error.message;
      }
      this.busy(false);
      byId(id).focus({ preventScroll: true });
    });
  }

  busy(on) {
    this.isBusy = on;
    for (const button of byId("lapse").querySelectorAll("button")) button.disabled = on;
    if (!on) this.draw();
  }
}
