// One message as an element. Its buttons and forms are in choices.js, where it stands in the list in log.js.

import { adopt, choices, openForm } from "./choices.js";
import { avatar, el, initials, roleName } from "./dom.js";
import { calls } from "./view.js";

const TONES = { waiting: "Waiting", good: "Good", late: "Late", urgent: "Urgent" };

/**
 * Return the inside of a message.
 *
 * who: {me, people: id -> person, time}. act: {press(message, choice, fields), edit(message, text)}, which resolve when
 * done and reject with a sentence for people; and show(message), which draws a message as it is by now.
 */
export function messageBody(message, who, act) {
  const fromBot = message.from === "buddyline";
  const author = who.people.get(message.from);
  const name = fromBot ? "Buddyline" : message.from === who.me.id ? "You" : (author?.name ?? "Somebody");
  const role = author?.roles.length ? roleName(author.roles[0]) : null;
  const head = el(
    "header",
    { className: "head" },
    el("span", { className: "author" }, name),
    role && message.from !== who.me.id ? el("span", { className: "role" }, role) : null,
    el("time", { className: "at", dateTime: message.at }, who.time.clock(message.at)),
    message.edited_at
      ? el("span", { className: "edited", title: `Edited at ${who.time.clock(message.edited_at)}` }, "edited")
      : null,
  );
  const mark = fromBot
    ? el("img", { className: "avatar bot-mark", src: "static/icon.svg", alt: "", width: 34, height: 34 })
    : author
      ? avatar(author)
      : el("span", { className: "avatar hue-0", "aria-hidden": "true" }, initials(name));
  const bubble = fromBot ? card(message, act) : words(message, who, act);
  return [mark, el("div", { className: "said" }, head, bubble)];
}

function words(message, who, act) {
  const text = el("p", { className: "text" }, message.text);
  const bubble = el("div", { className: "bubble" }, text);
  if (message.from !== who.me.id || !message.id) return bubble;
  const change = el("button", { type: "button", className: "change", "aria-label": "Edit this message" }, "Edit");
  change.addEventListener("click", () => editor(bubble, message, act));
  bubble.append(change);
  return bubble;
}

function editor(bubble, message, act) {
  const input = el("textarea", { rows: 2, maxLength: 20000, value: message.text, "aria-label": "Your message" });
  const fault = el("p", { className: "card-error", role: "alert", hidden: true });
  const close = () => {
    bubble.classList.remove("editing");
    act.show(message);
  };
  const save = async (event) => {
    event.preventDefault();
    try {
      await act.edit(message, input.value);
      close();
    } catch (error) {
      fault.textContent = error.message;
      fault.hidden = false;
    }
  };
  const form = el(
    "form",
    { className: "card-form", onsubmit: save },
    input,
    fault,
    el(
      "div",
      { className: "choices" },
      el("button", { type: "submit", className: "choice primary" }, "Save"),
      el("button", { type: "button", className: "choice quiet", onclick: close }, "Cancel"),
    ),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey) save(event);
  });
  bubble.classList.add("editing");
  bubble.replaceChildren(form);
  input.focus();
}

function card(message, act) {
  const rest = message.title ? message.text.slice(message.title.length + 1) : message.text;
  const tone = TONES[message.tone];
  const title = message.title ? el("h2", { className: "title" }, message.title) : null;
  const top =
    title || tone
      ? el("div", { className: "card-top" }, title, tone ? el("span", { className: "tone" }, tone) : null)
      : null;
  const node = el(
    "div",
    { className: `card tone-${message.tone}` },
    message.only_you ? el("p", { className: "only-you" }, "Only you can see this") : null,
    top,
    rest ? el("p", { className: "text" }, rest) : null,
    calls(message.calls),
  );
  if (message.choices.length) node.append(...choices(message, act));
  return node;
}

/** Put a fresh element in the place of an old one, and keep an open form and the focus. */
export function replaceMessage(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const open = openForm(old);
  if (open) adopt(fresh, open);
  old.replaceWith(fresh);
  if (!focused) return;
  const buttons = [...fresh.querySelectorAll("button")];
  const next = open?.contains(focused) ? focused : buttons.find((one) => one.textContent === focused.textContent);
  fresh.tabIndex = -1;
  (next ?? fresh).focus({ preventScroll: true });
}
