// What this person wrote and the server has not confirmed yet. Kept in the tab, so that a reload loses nothing; sent
// again with the same key until it is confirmed, so that nothing is said twice.

import { newKey, post } from "./api.js";
import { byId, el } from "./dom.js";

export class Outbox {
  /** on.sent(message): confirmed. on.refused(text, sentence): will never be taken; the words go back to their writer. */
  constructor(me, on) {
    this.me = me;
    this.on = on;
    this.name = `outbox ${me.id}`;
    this.waiting = JSON.parse(sessionStorage.getItem(this.name) ?? "[]");
    this.place = null;
    this.sending = false;
    this.timer = null;
    this.delay = 1000;
  }

  /** Show what is waiting in this place. */
  show(place) {
    this.place = place;
    this.draw();
  }

  add(place, text) {
    this.waiting.push({ key: newKey(), place, text, fault: null });
    this.save();
    this.send();
  }

  /** Send what is waiting, oldest first and one at a time: words stay in their order. */
  async send() {
    clearTimeout(this.timer);
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.waiting.length && (await this.sendFirst()));
    } finally {
      this.sending = false;
    }
  }

  async sendFirst() {
    const [first] = this.waiting;
    try {
      const { place, text, key } = first;
      const message = await post("messages", { as: this.me.id, place, text, key });
      this.waiting.shift();
      this.delay = 1000;
      this.save();
      this.on.sent(message);
      return true;
    } catch (error) {
      if (!error.again) {
        this.waiting.shift();
        this.save();
        this.on.refused(first.text, error.message);
        return true;
      }
      first.fault = error.message;
      this.save();
      this.timer = setTimeout(() => this.send(), this.delay);
      this.delay = Math.min(15000, this.delay * 2);
      return false;
    }
  }

  save() {
    sessionStorage.setItem(this.name, JSON.stringify(this.waiting));
    this.draw();
  }

  draw() {
    const list = byId("waiting");
    const mine = this.waiting.filter((one) => one.place === this.place);
    list.replaceChildren(...mine.map((one) => this.item(one)));
    list.hidden = mine.length === 0;
    if (mine.length) byId("scroller").scrollTop = byId("scroller").scrollHeight;
  }

  item(one) {
    const state = one.fault
      ? el(
          "p",
          { className: "not-sent", role: "alert" },
          `Not sent yet. ${one.fault} Trying again. `,
          el("button", { type: "button", className: "link", onclick: () => this.send() }, "Try now"),
        )
      : el("p", { className: "sending" }, "Sending…");
    return el(
      "li",
      { className: "item" },
      el(
        "div",
        { className: "message mine waiting" },
        el("div", { className: "said" }, el("div", { className: "bubble" }, el("p", { className: "text" }, one.text)), state),
      ),
    );
  }
}
