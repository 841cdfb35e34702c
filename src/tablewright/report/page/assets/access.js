/* Who may do what. */
function roleMatrix() {
  const columns = data.roleColumns.filter((column) => data.roles.some((role) => role.cells[column][0].length || role.cells[column][1].length || role.cells[column][2].length || role.cells[column][3]));
  const body = el("tbody");
  const cell = ([may, conditional, differs, unread]) => {
    const parts = [
      may.length ? `may: ${may.join(", ")}` : "", conditional.length ? `under conditions: ${conditional.join(", ")}` : "",
      differs.length ? `not as declared: ${differs.join(", ")}` : "", unread ? `${count(unread)} not known` : "",
    ].filter(Boolean);
    const mark = differs.length ? "differs" : may.length ? "may" : conditional.length ? "sometimes" : unread ? "unread" : "";
    if (!mark) return el("td", {}, el("span", { class: "hidden" }, "nothing"));
    return el("td", { class: "may", title: parts.join("; ") },
      el("details", {}, el("summary", {}, el("span", { class: `tick ${mark}`, "aria-hidden": "true" }, { differs: "▲", may: "●", sometimes: "◐", unread: "?" }[mark]),
        ` ${count(may.length + conditional.length)}`, el("span", { class: "hidden" }, ` actions${differs.length ? ", not as declared" : ""}`)), parts.map((part) => el("p", { class: "actions-list" }, part))));
  };
  const draw = (role) => el("tr", {}, el("th", { scope: "row" }, name(role.who)), el("td", {}, name(role.table)), columns.map((column) => cell(role.cells[column])));
  const more = growing(body, data.roles, draw, 60);
  const asked = [...new Set(data.roles.map((role) => role.simulator))].join("; ");
  return [
    el("p", { class: "note" }, `Each role was tried with every action of DynamoDB on its own table and what belongs to it, and on other tables. IAM's policy simulator: ${asked}.`),
    el("ul", { class: "legend" }, [["●", "may", "may, as declared"], ["◐", "sometimes", "under conditions only"], ["▲", "differs", "not as declared"], ["?", "unread", "not known"]].map(([sign, mark, word]) => el("li", {}, el("span", { class: `tick ${mark}`, "aria-hidden": "true" }, sign), word))),
    scrolled("Access matrix", el("table", { class: "matrix" },
      el("caption", { class: "hidden" }, "How many actions each role may take, by what on"),
      el("thead", {}, el("tr", {}, ["Role", "Of table", ...columns].map((title) => el("th", { scope: "col" }, title)))), body)),
    more, provenance("access", "live"),
  ];
}

function startAccess() {
  const host = byId("access-matrix");
  if (data.roles && data.roles.length) host.append(...roleMatrix());
  if (data.roles && data.roles.length && !data.access.length) return;
  if (!data.access.length) {
    host.append(el("p", { class: "absent" }, data.fleet ? "No table here has a resource policy. Roles are shown where manifests declare them." : "The manifests declare no role, and no table has a resource policy."));
    return;
  }
  const used = data.accessKinds.filter((kind) => data.access.some((row) => row.allows[kind]));
  const body = el("tbody");
  const draw = (row) => el("tr", {},
    el("th", { scope: "row" }, name(row.who), row.trust ? el("span", { class: "muted block" }, `for ${row.trust}`) : null),
    el("td", {}, name(row.table)),
    used.map((kind) => {
      const actions = row.allows[kind];
      return el("td", { class: actions ? "may" : "may-not", title: actions ? actions.join(", ") : null },
        actions ? [el("span", { class: "tick", "aria-hidden": "true" }, "●"), el("span", { class: "hidden" }, `may: ${actions.join(", ")}`), el("span", { class: "muted number-of", "aria-hidden": "true" }, count(actions.length))] : el("span", { class: "hidden" }, "may not"));
    }),
    el("td", { class: "limits" }, row.origin, row.limits.length ? el("span", { class: "muted block" }, row.limits.join("; ")) : null));
  const more = growing(body, data.access, draw, 60);
  host.append(
    el("p", { class: "note" }, "What the declared roles and the live resource policies allow, by kind of action, with the number of actions. Other policies of an account can allow more."),
    scrolled("Grants", el("table", { class: "matrix" },
      el("caption", { class: "hidden" }, "Who may do what with which table"),
      el("thead", {}, el("tr", {}, ["Who", "Table", ...used, "By"].map((title) => el("th", { scope: "col" }, title)))), body)),
    more, provenance("declared", "live"));
}
