// Choosing who this tab is.

import { avatar, byId, el, notice, roleName } from "./dom.js";

/** Show the people by team; `choose(person)` is called once. `error` is a sentence to show above them, or null. */
export function showPicker(people, choose, error = null) {
  byId("chat").hidden = true;
  byId("picker").hidden = false;
  document.title = "Buddyline";
  notice(byId("picker-error"), error);
  const teams = Map.groupBy ? Map.groupBy(people, (one) => one.team) : grouped(people);
  byId("picker-people").replaceChildren(
    ...[...teams.values()].map((team, index) =>
      el(
        "section",
        { className: "picker-team", "aria-labelledby": `team-${index}` },
        el("h2", { id: `team-${index}` }, team[0].team_name),
        el("ul", {}, ...team.map((person) => el("li", {}, card(person, choose)))),
      ),
    ),
  );
}

function card(person, choose) {
  return el(
    "button",
    { type: "button", className: "picker-person", onclick: () => choose(person) },
    avatar(person),
    el(
      "span",
      { className: "picker-words" },
      el("span", { className: "picker-name" }, person.name),
      el("span", { className: "picker-roles" }, person.roles.map(roleName).join(" · ") || "Member"),
    ),
  );
}

function grouped(people) {
  const teams = new Map();
  for (const one of people) teams.set(one.team, [...(teams.get(one.team) ?? []), one]);
  return teams;
}
