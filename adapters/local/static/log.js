// The list of messages of one place: order, days, replies under their card, and where the reader is.

import { adopt, openForm } from "./choices.js";
import { byId, el } from "./dom.js";
import { messageBody, replaceMessage } from "./message.js";

const SHOWN_AT_FIRST = 200;
const TOGETHER_MS = 5 * 60 * 1000;
const NEAR_END_PX = 80;

export class Log {
  constructor(who, act) {
    this.who = who;
    this.act = act;
    this.items = new Map();
    this.forms = new Map(); // open forms, by message: another place was opened before they were sent
    this.held = new Map(); // messages that changed under a finger, to be drawn when it is up
    for (const up of ["pointerup", "pointercancel", "keyup"]) addEventListener(up, () => setTimeout(() => this.letGo()));
    this.most = SHOWN_AT_FIRST;
    this.list = byId("log");
    this.scroller = byId("scroller");
    this.target = null;
    byId("jump").addEventListener("click", () => this.jump());
    this.wasAtEnd = true;
    this.scroller.addEventListener("scroll", () => {
      this.wasAtEnd = this.isAtEnd();
      if (this.wasAtEnd) this.hideJump();
    });
    // A keyboard that opens, or a longer draft, must not hide what is newest.
    new ResizeObserver(() => this.wasAtEnd && this.toEnd()).observe(this.scroller);
  }

  /** Show `messages` (by number) from the start, at the newest one. */
  showAll(messages) {
    const shown = messages.slice(-this.most);
    byId("earlier").hidden = shown.length === messages.length;
    for (const [id, item] of this.items) {
      const form = openForm(item.querySelector(":scope > .message"));
      if (form) this.forms.set(id, form);
    }
    this.items.clear();
    this.held.clear(); // they are among `messages`, as they are now, or of another place
    this.list.replaceChildren();
    for (const one of shown) this.put(one);
    this.hideJump();
    this.toNewest(this.items.get(shown.at(-1)?.id));
  }

  /** Show more of the past, keeping the reader where they are. */
  showEarlier(messages) {
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.most += SHOWN_AT_FIRST;
    this.showAll(messages);
    this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
  }

  /** Show one new or changed message; scroll to it only when the reader is at the end, or wrote it. */
  arrive(message) {
    const atEnd = this.isAtEnd();
    const isNew = !this.items.has(message.id);
    const item = this.put(message);
    if (!isNew) {
      if (atEnd) this.toEnd();
      return;
    }
    item.classList.add("fresh");
    const under = item.parentElement !== this.list;
    if (message.from === this.who.me.id || (atEnd && !under)) this.toNewest(item);
    else if (under && atEnd && this.isVisible(item)) this.toEnd();
    else this.offerJump(item);
  }

  put(message) {
    const old = this.items.get(message.id);
    const replies = old?.querySelector(":scope > .replies") ?? el("ol", { className: "replies" });
    const article = el("article", { className: "message" }, ...messageBody(message, this.who, this.act));
    article.classList.toggle("mine", message.from === this.who.me.id);
    if (old) {
      const before = old.querySelector(":scope > .message");
      // Somebody is changing these very words: theirs stay until they are done.
      if (before.querySelector(".editing")) return old;
      // Drawn anew now, the button would be gone before the finger is up, and the press lost.
      if (before.querySelector("button:active")) {
        this.held.set(message.id, message);
        return old;
      }
      old.message = message;
      replaceMessage(before, article);
      return old;
    }
    const item = el("li", { className: "item" }, article, replies);
    item.dataset.seq = message.seq;
    item.dataset.id = message.id;
    item.message = message;
    this.items.set(message.id, item);
    const form = this.forms.get(message.id);
    if (form) adopt(article, form);
    this.forms.delete(message.id);
    this.insert(item, message);
    return item;
  }

  letGo() {
    const held = [...this.held.values()];
    this.held.clear();
    for (const message of held) this.put(message);
  }

  insert(item, message) {
    const parent = message.under ? this.items.get(message.under) : null;
    const list = parent ? parent.querySelector(":scope > .replies") : this.list;
    const later = [...list.children].reverse().filter((one) => Number(one.dataset.seq) > message.seq).at(-1);
    list.insertBefore(item, later ?? null);
    this.mark(item);
    if (later) this.mark(later);
  }

  /** Put the day above an item that begins one, and join items of one author that follow closely. */
  mark(item) {
    const before = item.previousElementSibling?.message;
    const day = this.who.time.day(item.message.at);
    item.querySelector(":scope > .day")?.remove();
    if (item.parentElement === this.list && (!before || this.who.time.day(before.at) !== day)) {
      item.prepend(el("p", { className: "day" }, el("span", {}, day)));
    }
    const close = before && new Date(item.message.at) - new Date(before.at) < TOGETHER_MS;
    const same = close && before.from === item.message.from && item.message.from !== "buddyline";
    item.classList.toggle("joined", Boolean(same) && !item.querySelector(":scope > .day"));
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  isVisible(item) {
    const box = item.getBoundingClientRect();
    const frame = this.scroller.getBoundingClientRect();
    return box.top >= frame.top && box.top < frame.bottom;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Go to the end; a card that does not fit is read from its title on: whom it is about comes first. */
  toNewest(item) {
    this.toEnd();
    const message = item?.querySelector(":scope > .message");
    if (message && message.offsetHeight > this.scroller.clientHeight) message.scrollIntoView({ block: "start" });
  }

  offerJump(item) {
    this.target ??= item;
    byId("jump").hidden = false;
  }

  hideJump() {
    this.target = null;
    byId("jump").hidden = true;
  }

  jump() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.target?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    this.hideJump();
    this.scroller.focus({ preventScroll: true });
  }

  /** Bring a message that is shown into view, and to its reader's attention; one too old for the list changes nothing. */
  goTo(id) {
    const message = this.items.get(id)?.querySelector(":scope > .message");
    if (!message) return;
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    const tall = message.offsetHeight > this.scroller.clientHeight;
    message.scrollIntoView({ block: tall ? "start" : "center" });
  }
}
