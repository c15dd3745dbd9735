// Writing: the box, its chips, and what is kept of a draft.

import { byId, el, notice } from "./dom.js";

const OUT = ["visit", "start now 45m CASE123", "arrived", "ok", "extend 30m", "done", "home", "today", "status", "board", "help"];
const WATCHING = ["board", "help"];

export class Composer {
  /** send(text): hand over what was written; the box is emptied then. */
  constructor(me, send) {
    this.me = me;
    this.box = byId("draft");
    this.place = null;
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      byId("composer").requestSubmit();
    });
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.box.value;
      if (!text.trim()) return this.box.focus();
      this.set("");
      notice(byId("composer-error"), null);
      send(text);
    });
  }

  chip(words) {
    const tap = () => {
      this.set(words);
      this.box.focus();
      // The part that changes from visit to visit is selected, ready to be typed over.
      const at = words.indexOf("CASE123");
      this.box.setSelectionRange(at < 0 ? words.length : at, words.length);
    };
    return el("button", { type: "button", className: "chip", onclick: tap }, words);
  }

  /** Offer what this person can say here: in the channel, where people talk, a command begins with "visit". */
  offer(place) {
    const said = this.me.roles.includes("worker") ? OUT : WATCHING;
    const words = said.map((one) => (place === "private" || one === "visit" ? one : `visit ${one}`));
    byId("chips").replaceChildren(...words.map((one) => el("li", {}, this.chip(one))));
    byId("chips").scrollLeft = 0;
  }

  show(place, name) {
    if (this.place !== place) this.offer(place);
    this.place = place;
    this.box.placeholder = place === "private" ? "Write to Buddyline" : `Write to ${name}`;
    this.set(sessionStorage.getItem(this.draftName()) ?? "");
    notice(byId("composer-error"), null);
  }

  /** Give words back to their writer, with the reason; what has been typed since stays in front of them. */
  giveBack(text, sentence) {
    this.set([this.box.value, text].filter(Boolean).join("\n"));
    notice(byId("composer-error"), sentence);
  }

  set(text) {
    this.box.value = text;
    this.typed();
  }

  typed() {
    sessionStorage.setItem(this.draftName(), this.box.value);
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(160, this.box.scrollHeight + 2)}px`;
  }

  draftName() {
    return `draft ${this.me.id} ${this.place}`;
  }
}
