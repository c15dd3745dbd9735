// The small form behind a button, shown inside its card.

import { el } from "./dom.js";

let counter = 0;

/** Return a form for a choice's fields. `send(values)` and `cancel()` are the caller's; the form keeps what is typed. */
export function choiceForm(choice, send, cancel) {
  const inputs = new Map();
  const rows = choice.fields.map((field) => row(field, inputs));
  const fault = el("p", { className: "card-error", role: "alert", hidden: true });
  const submit = (event) => {
    event.preventDefault();
    const empty = choice.fields.find((field) => field.required && !inputs.get(field.id).value.trim());
    fault.hidden = !empty;
    if (empty) {
      fault.textContent = `Please fill in “${empty.label}”.`;
      inputs.get(empty.id).focus();
      return;
    }
    send(Object.fromEntries([...inputs].map(([id, input]) => [id, input.value]).filter(([, value]) => value.trim())));
  };
  const form = el(
    "form",
    { className: "card-form", noValidate: true, onsubmit: submit, "aria-label": choice.label },
    ...rows,
    fault,
    el(
      "div",
      { className: "choices" },
      el("button", { type: "submit", className: `choice ${choice.style === "danger" ? "danger" : "primary"}` }, choice.label),
      el("button", { type: "button", className: "choice quiet", onclick: cancel }, "Not now"),
    ),
  );
  form.dataset.choice = choice.id;
  form.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
  return form;
}

function row(field, inputs) {
  const id = `field-${(counter += 1)}`;
  const common = { id, name: field.id, required: field.required };
  let input;
  if (field.kind === "select") {
    const options = field.options ?? [];
    const blank = field.value ? [] : [el("option", { value: "" }, "Please choose…")];
    input = el("select", common, ...blank, ...options.map((one) => el("option", { value: one.value }, one.label)));
  } else if (field.kind === "time") {
    // A start value that is not plainly a time can only be shown, and kept, as text.
    const type = /^(\d\d:\d\d)?$/.test(field.value ?? "") ? "time" : "text";
    input = el("input", { ...common, type, autocomplete: "off" });
  } else {
    input = el("textarea", { ...common, rows: 1, maxLength: 2000, autocomplete: "off" });
  }
  if (field.value) input.value = field.value;
  inputs.set(field.id, input);
  const isSaid = field.required || field.label.includes("(optional)");
  const optional = isSaid ? null : el("span", { className: "optional" }, " (optional)");
  return el("p", { className: "field" }, el("label", { htmlFor: id }, field.label, optional), input);
}
