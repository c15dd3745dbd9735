// The chat of one person in one tab: puts the parts together, and keeps messages, places and unread counts.

import { Refused, beSomebody, get, newKey, post, takeSecret, whoAmI } from "./api.js";
import { Composer } from "./composer.js";
import { avatar, byId, el, times } from "./dom.js";
import { Lapse } from "./lapse.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { runClock, showPreviews, unfoldable } from "./phone.js";
import { showPicker } from "./picker.js";
import { stayConnected } from "./stream.js";

const PAGE = 1000;
const STATES = { live: "Live", connecting: "Connecting…", offline: "Offline – trying again" };
const EMPTY = {
  channel: "Nothing here yet. Say what your team should know, or start a visit.",
  private: "This is your private chat with Buddyline. Try “help”.",
};

class Chat {
  constructor(me, people, places) {
    this.me = me;
    this.people = new Map(people.map((one) => [one.id, one]));
    this.places = places;
    this.messages = new Map();
    this.time = times(me.zone);
    this.keys = new Map();
    this.place = null;
    this.isLoaded = false;
    this.tabs = new Map(places.map((one) => [one.id, this.tab(one)]));
    this.lapse = new Lapse(me, this.time, () => this.tick?.());
    const who = { me, people: this.people, time: this.time };
    this.log = new Log(who, {
      press: (...it) => this.press(...it),
      edit: (...it) => this.edit(...it),
      newest: () => Math.max(0, ...[...this.messages.values()].map((one) => one.seq)),
      answer: (since) => this.goToAnswer(since),
      show: (message) => this.log.put(this.messages.get(message.id)),
    });
    this.composer = new Composer(me, (text) => this.outbox.add(this.place, text));
    this.outbox = new Outbox(me, {
      sent: (message) => this.receive(message),
      refused: (text, sentence) => this.composer.giveBack(text, sentence),
    });
  }

  start() {
    byId("picker").hidden = true;
    byId("chat").hidden = false;
    byId("me").replaceChildren(avatar(this.me), el("span", {}, this.me.name), el("span", { className: "unseen" }, ", be somebody else"));
    byId("me").addEventListener("click", () => {
      beSomebody(null);
      location.reload();
    });
    byId("places").replaceChildren(...[...this.tabs.values()].map((one) => el("li", {}, one)));
    byId("earlier").addEventListener("click", () => this.log.showEarlier(this.inPlace(this.place)));
    document.addEventListener("visibilitychange", () => this.seen());
    unfoldable();
    this.tick = runClock(this.time, () => this.lapse.now());
    this.open(sessionStorage.getItem(`place ${this.me.id}`) ?? "channel");
    stayConnected(this.me.id, {
      message: (message) => this.receive(message),
      clock: (time) => this.lapse.show(time),
      refetch: () => Promise.all([this.refetch(), this.lapse.look()]),
      state: (state) => this.connection(state),
    });
  }

  connection(state) {
    const pill = byId("connection");
    pill.dataset.state = state;
    if (pill.textContent !== STATES[state]) pill.textContent = STATES[state];
    if (state === "live") this.outbox.send();
  }

  open(id) {
    const place = this.places.find((one) => one.id === id) ?? this.places[0];
    this.place = place.id;
    sessionStorage.setItem(`place ${this.me.id}`, place.id);
    byId("place-name").textContent = place.name;
    byId("place-name").dataset.kind = place.kind;
    this.log.showAll(this.inPlace(place.id));
    this.outbox.show(place.id);
    this.composer.show(place.id, place.name);
    this.seen();
  }

  previews(fresh = null) {
    showPreviews([...this.messages.values()], this.time, (one) => this.goTo(one), fresh);
  }

  /** Open the place of a message and show it, as a tap on a notification does. */
  goTo(message) {
    if (message.place !== this.place) this.open(message.place);
    this.log.goTo(message.id);
  }

  /** Show what Buddyline answered to a press: its first message after the one of number `since`, or the end of the chat. */
  goToAnswer(since) {
    const later = [...this.messages.values()].filter((one) => one.from === "buddyline" && one.seq > since);
    const answer = later.sort((a, b) => a.seq - b.seq)[0] ?? this.inPlace(this.place).at(-1);
    if (answer) this.goTo(answer);
  }

  inPlace(id) {
    return [...this.messages.values()].filter((one) => one.place === id).sort((a, b) => a.seq - b.seq);
  }

  /** Take a new or changed message, from the stream or as an answer; the same one twice changes nothing. */
  receive(message) {
    const old = this.messages.get(message.id);
    if (old && JSON.stringify(old) === JSON.stringify(message)) return;
    if (old?.edited_at && (message.edited_at ?? "") < old.edited_at) return; // an answer overtaken by the stream
    this.messages.set(message.id, message);
    if (message.place === this.place) this.log.arrive(message);
    if (!old) this.announce(message);
    this.lapse.changed();
    this.previews(old ? null : message.id);
    this.seen();
  }

  announce(message) {
    if (message.from === this.me.id) return;
    const name = message.from === "buddyline" ? "Buddyline" : (this.people.get(message.from)?.name ?? "Somebody");
    const place = this.places.find((one) => one.id === message.place)?.name ?? "";
    byId("announcer").append(el("p", {}, `${name} in ${place}: ${message.text}`));
    while (byId("announcer").children.length > 5) byId("announcer").firstChild.remove();
  }

  /** Fetch everything again: what was missed, and edits of what was there. */
  async refetch() {
    const found = [];
    for (let after = 0; ; after = found.at(-1).seq) {
      const piece = await get("messages", { as: this.me.id, after, limit: PAGE });
      found.push(...piece);
      if (piece.length < PAGE) break;
    }
    if (this.isLoaded) return found.forEach((one) => this.receive(one));
    this.isLoaded = true;
    for (const one of found) this.messages.set(one.id, one);
    // A chat that began anew has fewer messages than were read of the one before.
    const last = found.at(-1)?.seq ?? 0;
    for (const one of this.places) if (this.readTo(one.id) > last) localStorage.removeItem(this.readName(one.id));
    this.log.showAll(this.inPlace(this.place));
    this.previews();
    this.seen();
  }

  /** Note how far the open place has been seen, and draw the places with their unread counts. */
  seen() {
    const last = this.inPlace(this.place).at(-1)?.seq ?? 0;
    if (!document.hidden && last > this.readTo(this.place)) localStorage.setItem(this.readName(this.place), last);
    let sum = 0;
    for (const [id, tab] of this.tabs) {
      const count = this.unread(id);
      sum += count;
      tab.querySelector(".unread").hidden = count === 0;
      tab.querySelector(".unread-count").textContent = String(count);
      if (id === this.place) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    document.title = `${sum ? `(${sum}) ` : ""}${this.me.name} – Buddyline`;
    byId("empty").hidden = !this.isLoaded || last > 0;
    byId("empty").textContent = EMPTY[this.place] ?? "";
  }

  tab(place) {
    return el(
      "button",
      { type: "button", className: "place", onclick: () => this.open(place.id) },
      el("span", { className: `place-sign ${place.kind}`, "aria-hidden": "true" }),
      el("span", { className: "place-words" }, place.name),
      el("span", { className: "unread", hidden: true }, el("span", { className: "unread-count" }), el("span", { className: "unseen" }, " unread")),
    );
  }

  unread(id) {
    const read = this.readTo(id);
    return this.inPlace(id).filter((one) => one.seq > read && one.from !== this.me.id).length;
  }

  readName(id) {
    return `read ${this.me.id} ${id}`;
  }

  readTo(id) {
    return Number(localStorage.getItem(this.readName(id)) ?? 0);
  }

  async press(message, choice, fields) {
    const body = { as: this.me.id, message: message.id, choice: choice.id, fields };
    return this.once("actions", body);
  }

  async edit(message, text) {
    this.receive(await this.once("edits", { as: this.me.id, message: message.id, text }));
  }

  /** Post with a key that stays the same until the very same thing has been confirmed or refused. */
  async once(path, body) {
    const what = JSON.stringify([path, body]);
    const key = this.keys.get(what) ?? newKey();
    this.keys.set(what, key);
    try {
      const answer = await post(path, { ...body, key });
      this.keys.delete(what);
      return answer;
    } catch (error) {
      if (!(error instanceof Refused) || !error.again) this.keys.delete(what);
      throw error;
    }
  }
}

async function begin() {
  takeSecret();
  let people;
  try {
    people = await get("people");
  } catch (error) {
    showPicker([], () => {}, error.message);
    if (error.again) setTimeout(begin, 3000);
    return;
  }
  const me = people.find((one) => one.id === whoAmI());
  if (me) return enter(me, people);
  const stranger = whoAmI() !== null && "Sorry, you are not in this chat. Choose yourself from the list.";
  showPicker(people, (person) => enter(person, people), stranger || null);
}

async function enter(me, people) {
  try {
    const places = await get("places", { as: me.id });
    beSomebody(me.id);
    new Chat(me, people, places).start();
  } catch (error) {
    showPicker(people, (person) => enter(person, people), error.message);
  }
}

begin();
