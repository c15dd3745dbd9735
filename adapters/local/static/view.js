// What is shown once, to one person: a dialog over the page. Nothing of it is kept, here or on the server; closed, it is gone.

import { choices } from "./choices.js";
import { el } from "./dom.js";

const HIDE_AFTER_MS = 5 * 60 * 1000;
const DIALS = /^\+?[0-9]{3,15}$/;

/** Return links that ring a number with one tap, or null. What is no plain number becomes no link. */
export function calls(list) {
  const good = (list ?? []).filter((one) => DIALS.test(one.number));
  if (!good.length) return null;
  return el(
    "p",
    { className: "calls" },
    ...good.map((one) => el("a", { className: "call", href: `tel:${one.number}` }, callText(one))),
  );
}

function callText({ label, number }) {
  return label.endsWith(number) ? label : `${label}: ${number}`;
}

/** Show a view that a press opened. Its buttons are pressed on the message it was opened from. */
export function showView(view, message, act) {
  const close = () => dialog.close();
  const dialog = el(
    "dialog",
    { className: "view", "aria-label": view.title },
    el("h2", { className: "title" }, view.title),
    el("p", { className: "text" }, view.text),
    calls(view.calls),
  );
  if (view.choices.length) dialog.append(...choices({ ...message, choices: view.choices }, act));
  dialog.append(
    el("p", { className: "view-note" }, "Shown to you only, and kept nowhere."),
    el("button", { type: "button", className: "choice quiet", onclick: close }, "Close"),
  );
  // A phone that is put down open must not show it for ever.
  const timer = setTimeout(close, HIDE_AFTER_MS);
  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}
