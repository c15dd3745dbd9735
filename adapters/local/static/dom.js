// Small helpers to build the page. Text only ever goes in as text, never as markup.

/** Return a new element: properties are set (class, data-*, aria-* as attributes), null children are left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name === "className" ? "class" : name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Show a sentence in a notice, or hide the notice when there is none. */
export function notice(node, text) {
  node.textContent = text ?? "";
  node.hidden = !text;
}

/** Return up to two initials of a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word) => [...word][0] ?? "").join("").toUpperCase();
}

/** Return a person's round mark; its colour is one of eight and always the same for the same id. */
export function avatar(person) {
  let sum = 0;
  for (const char of person.id) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return el("span", { className: `avatar hue-${sum % 8}`, "aria-hidden": "true" }, initials(person.name));
}

/** Return a role as words: "duty_officer" is "Duty officer". */
export function roleName(role) {
  const words = role.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return formatters of instants (ISO texts or dates) in a zone. */
export function times(zone) {
  const formatter = (options) => {
    try {
      return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    } catch {
      return new Intl.DateTimeFormat("en-GB", options);
    }
  };
  const clock = formatter({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = formatter({ weekday: "long", day: "numeric", month: "long" });
  return {
    clock: (at) => clock.format(new Date(at)),
    day: (at) => day.format(new Date(at)),
  };
}
