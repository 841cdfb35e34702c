/* What verify proved and what audit found. */
function verifyRow([number, verdict, kind, subject, fact, expected, actual, fix, rule]) {
  const state = VERDICTS[verdict];
  return el("li", { class: `finding ${state}` },
    el("span", { class: `badge ${state === "passed" ? "good" : state === "failed" ? "bad" : "unknown"}` }, state),
    el("div", {},
      el("p", {}, el("strong", {}, `${texts[kind]} `, name(texts[subject])), `: ${texts[fact]}`),
      state === "passed" ? el("p", { class: "muted" }, texts[expected])
        : el("p", {}, state === "unknown" ? `not known: ${texts[actual]}` : [`declared ${texts[expected]}, live `, el("strong", {}, texts[actual])]),
      texts[fix] ? el("p", { class: "muted" }, texts[fix]) : null));
}

function auditRow([number, rule, outcome, what, fix, note], named = true) {
  const [id, title, severity] = data.audit.rules[rule];
  const table = number >= 0 ? data.tables[number] : null;
  return el("li", { class: `finding ${OUTCOMES[outcome]}` },
    el("span", { class: `badge ${outcome === 0 ? severity : outcome === 1 ? "accepted" : "unknown"}` }, outcome === 0 ? severity : OUTCOMES[outcome]),
    el("div", {},
      el("p", {}, table && named ? [el("button", { type: "button", class: "name", onclick: () => openCard(number, true) }, name(table.name)), " "] : null, texts[what]),
      el("p", { class: "muted" }, `${id}: ${title}.`, texts[fix] ? ` ${texts[fix]}` : "", texts[note] ? ` (${texts[note]})` : "")));
}

function findingList(rows, draw, none) {
  if (!rows.length) return el("p", { class: "absent" }, none);
  const list = el("ul", { class: "findings" });
  const more = growing(list, rows, draw, 40);
  return el("div", {}, list, more);
}

/** Findings of one kind under one line, which is opened where there is something to see to. */
function group(badge, title, number, rows, draw, open) {
  const body = el("div");
  const details = el("details", { class: "group", open }, el("summary", {}, badge, el("span", {}, title), el("span", { class: "muted" }, number)), body);
  const fillIn = () => { if (details.open && !body.firstChild) body.append(findingList(rows, draw, "")); };
  details.addEventListener("toggle", fillIn);
  fillIn();
  return details;
}

function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const at = key(row);
    if (!groups.has(at)) groups.set(at, []);
    groups.get(at).push(row);
  }
  return [...groups.values()];
}

function verifyPart() {
  if (!data.verify) return data.fleet ? null : el("div", { class: "panel" }, el("h3", {}, "Declared against live"), absent("Not compared", missing("verify")));
  const { counts, findings } = data.verify;
  const host = el("div");
  const draw = (wanted) => {
    const groups = grouped(findings, (finding) => `${finding[2]}/${finding[3]}`).filter((rows) => wanted === "all" || rows.some((row) => row[1] !== 0));
    const lines = groups.map((rows) => {
      const [failed, unknown] = [1, 2].map((verdict) => rows.filter((row) => row[1] === verdict).length);
      const badge = failed ? el("span", { class: "badge bad" }, `${count(failed)} ≠`) : unknown ? el("span", { class: "badge unknown" }, "unknown") : el("span", { class: "badge good" }, "matches");
      return { rows: [...rows].sort((one, other) => (other[1] || 0) - (one[1] || 0)), badge, failed: failed + unknown };
    }).sort((one, other) => other.failed - one.failed);
    host.replaceChildren();
    if (!lines.length) { host.append(el("p", { class: "absent" }, `All ${several(counts.passed, "fact")} match: what is live is what is declared.`)); return; }
    const list = el("div");
    host.append(list, growing(list, lines, ({ rows, badge, failed }) => group(badge, [`${texts[rows[0][2]]} `, name(texts[rows[0][3]])], `${count(rows.length - failed)} of ${count(rows.length)}`, rows, verifyRow, failed > 0)));
  };
  const start = counts.failed + counts.unknown ? "problems" : "all";
  draw(start);
  return el("div", { class: "panel" }, el("h3", {}, "Declared against live"),
    el("p", { class: "note" }, `${several(counts.passed, "fact")} as declared, ${count(counts.failed)} different, ${count(counts.unknown)} not known.`),
    el("div", { class: "controls" }, segmented("Which facts", [["problems", "What differs"], ["all", "All facts"]], start, draw)),
    host, provenance("verify"));
}

function driftRow([number, kind, title, fact, declared, recorded, live, fix, author]) {
  const value = (place, word) => [el("strong", {}, `${word}: `), place === null ? "nothing" : name(texts[place]), "  "];
  return el("li", { class: "finding" },
    el("span", { class: `badge ${kind === "unread" ? "unknown" : "bad"}` }, kind),
    el("div", {},
      el("p", {}, el("strong", {}, name(texts[title])), `: ${texts[fact]}`),
      el("p", {}, value(declared, "declared"), value(recorded, "recorded"), value(live, "live")),
      texts[author] ? el("p", {}, `by ${texts[author]}`) : null,
      texts[fix] ? el("p", { class: "muted" }, texts[fix]) : null));
}

function driftPart() {
  if (!data.drift) return data.fleet ? null : el("div", { class: "panel" }, el("h3", {}, "Drift"), absent("Not looked for", missing("drift")));
  return el("div", { class: "panel" }, el("h3", {}, "Drift"),
    el("p", { class: "note" }, `${several(data.drift.compared, "field")} of what is declared, recorded and live were compared.`),
    findingList(data.drift.fields, driftRow, "Declared, recorded and live agree."), provenance("drift"));
}

function auditPart() {
  if (!data.audit) return el("div", { class: "panel" }, el("h3", {}, "Risks"), absent("Not looked for", missing("audit")));
  const { rules, findings, counts } = data.audit;
  const host = el("div");
  const rank = (rows) => SEVERITIES.indexOf(rules[rows[0][1]][2]);
  const draw = (wanted) => {
    const kept = findings.filter(([, rule, outcome]) =>
      wanted === "accepted" || wanted === "unknown" ? OUTCOMES[outcome] === wanted : outcome === 0 && (wanted === "" || rules[rule][2] === wanted));
    const groups = grouped(kept, (finding) => finding[1]).sort((one, other) => rank(one) - rank(other) || other.length - one.length);
    host.replaceChildren(...groups.map((rows) => {
      const [id, title, severity] = rules[rows[0][1]];
      const badge = el("span", { class: `badge ${wanted === "accepted" ? "accepted" : wanted === "unknown" ? "unknown" : severity}` }, wanted === "accepted" || wanted === "unknown" ? wanted : severity);
      return group(badge, [el("strong", {}, `${title}`), el("span", { class: "muted" }, ` ${id}`)], several(new Set(rows.map((row) => row[0])).size, "table"), rows, (finding) => auditRow(finding), false);
    }));
    if (!groups.length) host.append(el("p", { class: "absent" }, "Nothing of that kind was found."));
  };
  draw("");
  return el("div", { class: "panel" }, el("h3", {}, "Risks"),
    el("p", { class: "note" }, `Rules that do not hold: ${SEVERITIES.map((severity) => `${count(counts[severity] ?? 0)} ${severity}`).join(", ")}; ${count(data.audit.accepted)} accepted, ${count(data.audit.unknown)} not known. ${several(rules.length, "rule")} were asked, over the use of ${several(data.audit.days, "day")}.`),
    el("div", { class: "controls" }, picker("Severity", [["", "All problems"], ...SEVERITIES.map((severity) => [severity, `${severity} (${count(counts[severity] ?? 0)})`]), ["accepted", "accepted"], ["unknown", "not known"]], "", draw)),
    host, provenance("audit"));
}

function startChecks() {
  byId("check-lists").append(el("div", { class: "panels" }, el("div", { class: "stacked" }, driftPart(), verifyPart()), auditPart()));
}
