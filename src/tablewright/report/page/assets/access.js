/* Who may do what. */
function startAccess() {
  const host = byId("access-matrix");
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
    scrolled("Access matrix", el("table", { class: "matrix" },
      el("caption", { class: "hidden" }, "Who may do what with which table"),
      el("thead", {}, el("tr", {}, ["Who", "Table", ...used, "By"].map((title) => el("th", { scope: "col" }, title)))), body)),
    more, provenance("declared", "live"));
}
