// Writing: the box, its chips, and what is kept of a draft.

import { byId, el, notice } from "./dom.js";

const CHIPS = ["visit start now 45m CASE123", "arrived", "ok", "extend 30m", "done", "status", "board", "help"];

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
    byId("chips").replaceChildren(...CHIPS.map((words) => el("li", {}, this.chip(words))));
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

  show(place, name) {
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
