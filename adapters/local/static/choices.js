// The buttons of a message, the forms behind them, and what came of a press. A card may be drawn anew at any time, also while
// something is being sent; so where to show what is looked up in the card that holds the button or the form by then.

import { el } from "./dom.js";
import { choiceForm } from "./form.js";
import { showView } from "./view.js";

const DOUBLE_PRESS_MS = 1200;
const REFUSED = "Not done.";
const KEPT = "Not done yet; what you filled in is still here.";
const SEE = "See what Buddyline has answered";

let lastPress = { message: null, label: null, at: 0 };

const MAKE = {
  choices: () => el("div", { className: "choices" }),
  "form-place": () => el("div", { className: "form-place" }),
  "card-error": () => el("p", { className: "card-error", role: "alert", hidden: true }),
  "card-result": () => el("p", { className: "card-result", role: "status" }),
};

/** Return a part of a card or view, made when it is not there yet. */
function part(host, name) {
  return host.querySelector(`:scope > .${name}`) ?? host.appendChild(MAKE[name]());
}

const hostOf = (node) => node.closest(".card, .view");

/** Return the form that is open in a message, or null. */
export function openForm(message) {
  return message.querySelector(".form-place > form");
}

/** Put an open form into a message drawn anew. Older buttons still work, so it stays open even when its button has gone. */
export function adopt(message, form) {
  const card = message.querySelector(".card");
  if (!card) return;
  for (const name of Object.keys(MAKE)) part(card, name);
  part(card, "form-place").replaceChildren(form);
  buttonOf(card, form.dataset.choice)?.setAttribute("aria-expanded", "true");
}

function buttonOf(host, id) {
  return [...part(host, "choices").children].find((one) => one.dataset.choice === id);
}

function closeForm(host) {
  part(host, "form-place").replaceChildren();
  for (const one of part(host, "choices").children) if (one.hasAttribute("aria-expanded")) one.setAttribute("aria-expanded", "false");
}

function busy(host, on) {
  const buttons = [...part(host, "choices").children, ...part(host, "form-place").querySelectorAll("button")];
  for (const button of buttons) button.disabled = on;
}

/** Press a choice; `from`: the button, or the form that was filled in. */
async function send({ message, choice, act }, fields, from) {
  // The second half of a double press is no press of its own, even when the card has changed in between.
  const { message: before, label, at } = lastPress;
  if (before === message.id && label === choice.label && performance.now() - at < DOUBLE_PRESS_MS) return;
  const begun = hostOf(from);
  busy(begun, true);
  part(begun, "card-error").hidden = true;
  part(begun, "card-result").textContent = "Sending…";
  const since = act.newest();
  let said = "";
  let refused = false;
  let fault = "";
  let done = false;
  try {
    const answer = await act.press(message, choice, fields);
    if (answer?.view) showView(answer.view, message, act);
    done = answer?.status !== "refused";
    if (done) lastPress = { message: message.id, label: choice.label, at: performance.now() };
    // What was typed stays after a refusal, to be put right; why is in what Buddyline has answered.
    refused = !done;
    if (refused) said = choice.fields?.length ? KEPT : REFUSED;
    else if (!answer?.view) said = `${choice.label} – sent`;
  } catch (error) {
    fault = error.again ? `${error.message} Press again to retry.` : error.message;
  }
  const host = hostOf(from) ?? begun;
  const hadFocus = host.contains(document.activeElement) || document.activeElement === document.body;
  if (done) closeForm(host);
  busy(host, false);
  const result = part(host, "card-result");
  result.textContent = said;
  // The answer stands at the end of the chat, perhaps far below, and newer messages may have come after it.
  if (refused) result.append(" ", el("button", { type: "button", className: "see", onclick: () => act.answer(since) }, SEE));
  part(host, "card-error").textContent = fault;
  part(host, "card-error").hidden = !fault;
  if (hadFocus && !host.contains(document.activeElement)) buttonOf(host, choice.id)?.focus({ preventScroll: true });
}

/** Return the buttons of a message, or of a view that was opened from one, with the places for their forms and results. */
export function choices(message, act) {
  const parts = Object.keys(MAKE).map((name) => MAKE[name]());
  for (const choice of message.choices) parts[0].append(choiceButton({ message, choice, act }));
  return parts;
}

function choiceButton(what) {
  const { choice } = what;
  const button = el("button", { type: "button", className: `choice ${choice.style}` }, choice.label);
  button.dataset.choice = choice.id;
  button.addEventListener("click", () => {
    if (!choice.fields?.length) return send(what, {}, button);
    const host = hostOf(button);
    closeForm(host);
    const form = choiceForm(
      choice,
      (fields) => send(what, fields, form),
      () => {
        const now = hostOf(form);
        closeForm(now);
        buttonOf(now, choice.id)?.focus();
      },
    );
    part(host, "form-place").append(form);
    button.setAttribute("aria-expanded", "true");
    form.querySelector("input, select, textarea")?.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  });
  if (choice.fields?.length) button.setAttribute("aria-expanded", "false");
  return button;
}
