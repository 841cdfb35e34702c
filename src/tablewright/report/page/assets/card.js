/* One table, closely. */
const cardState = { number: 0 };
/** So few tables are all shown closely; on a phone one is. */
const EVERY_CARD = matchMedia("(max-width: 640px)").matches ? 1 : 4;

function settingsTable(table) {
  const live = new Map((table.settings ?? []).map(([fact, value]) => [texts[fact], texts[value]]));
  const wanted = new Map((table.wanted ?? []).map(([fact, value]) => [texts[fact], texts[value]]));
  const facts = [...new Set([...live.keys(), ...wanted.keys()])];
  const unread = new Map((table.unread ?? []).map(([fact, reason]) => [texts[fact], texts[reason]]));
  return grid("Settings", table.wanted ? ["Setting", "Declared", "Live"] : ["Setting", "Live"],
    facts.map((fact) => {
      const there = live.get(fact) ?? (table.settings ? "not read, or not there" : "not read");
      if (!table.wanted) return [fact, there];
      const asked = wanted.get(fact);
      return [fact, asked ?? el("span", { class: "muted" }, "left open"), there];
    }).concat([...unread].map(([fact, reason]) => table.wanted ? [fact, "", `not read: ${reason}`] : [fact, `not read: ${reason}`])));
}

function factsOf(row) {
  const { table } = row;
  const pairs = [
    ["Region", name(table.region)], ["Account", table.account ? name(table.account) : "not known"],
    ["Status", table.status === undefined ? missing("live") || "there is no such live table" : texts[table.status]],
    ["Items", table.items === undefined ? "not read" : count(table.items)], ["Size", table.bytes === undefined ? "not read" : bytes(table.bytes)],
    ["Replicas", table.replicas && table.replicas.length ? table.replicas.join(", ") : "none"],
    ["Made", table.created ? day(table.created) : "not known"], ["Owner", table.owner ? name(table.owner) : "no stack"],
  ];
  return el("dl", { class: "facts" }, pairs.map(([fact, value]) => el("div", {}, el("dt", {}, fact), el("dd", {}, value))));
}

function moneyWords(row) {
  const chosen = row.table.money;
  if (!chosen) return null;
  const lines = [
    ...(chosen.refusal === null ? [] : [["Not decided", texts[chosen.refusal]]]),
    ...chosen.reasons.map((line) => ["Why", texts[line]]),
    ...chosen.risks.map((line) => ["Risk", texts[line]]),
    ...chosen.assumptions.map((line) => ["Assumed", texts[line]]),
    ...(chosen.window ? [["Rests on", `chosen on ${chosen.window[0]} to ${chosen.window[1]}, judged on ${chosen.window[2]} to ${chosen.window[3]}`]] : []),
  ];
  return lines.length ? el("ul", { class: "sentences" }, lines.map(([word, line]) => el("li", {}, el("strong", {}, `${word}: `), line))) : null;
}

function capacityPart(number) {
  const { use } = data.tables[number];
  const host = el("div", { class: "charts" });
  const show = (place) => host.replaceChildren(...["read", "write"].map((side) => capacityChart(number, use.resources[place], side)));
  show(0);
  return el("div", { class: "part wide" },
    el("h4", { class: "part-title" }, "Consumed and provisioned capacity"),
    use.resources.length > 1 ? el("div", { class: "controls" }, picker("Of", use.resources.map((resource, place) => [place, resource.index ? `index ${resource.index}` : "the table"]), 0, (place) => show(Number(place)))) : null,
    host);
}

function card(number) {
  const row = rowsOfTables[number];
  const { table } = row;
  const own = (findings, keep) => (findings ? findings.filter((finding) => finding[0] === number && keep(finding)) : []);
  const differs = own(data.verify && data.verify.findings, (finding) => finding[1] !== 0);
  const risks = own(data.audit && data.audit.findings, (finding) => finding[2] !== 1);
  return el("article", { class: "card", "aria-labelledby": `card-${number}`, id: `table-${number}` },
    el("header", {},
      el("h3", { id: `card-${number}`, tabindex: "-1" }, name(table.name)),
      el("div", { class: "badges" }, problemsOf(row)),
      table.tags && table.tags.length ? el("ul", { class: "tags", "aria-label": "Tags" }, table.tags.map(([key, value]) => el("li", {}, el("bdi", { class: "tag-key" }, key), el("bdi", {}, value)))) : null),
    factsOf(row),
    provenance("live"),
    table.use ? capacityPart(number) : absent("Use over time", missing("usage") || "this table was not measured"),
    el("div", { class: "charts flowing" },
      table.use ? weekFigure("Hours of the week", weekOf([table]), 4) : null,
      choicesChart(row),
      hotKeys(table, 4),
      moneyWords(row) ? el("figure", { class: "chart" }, el("figcaption", {}, el("h4", {}, "Why")), moneyWords(row), el("div", { class: "under" }, provenance("optimize", "usage"))) : null,
      el("figure", { class: "chart" }, el("figcaption", {}, el("h4", {}, "Settings")), scrolled(`Settings of ${plain(table.name)}`, settingsTable(table)), el("div", { class: "under" }, provenance("declared", "live"))),
      el("figure", { class: "chart" }, el("figcaption", {}, el("h4", {}, "Problems")),
        differs.length || risks.length ? null : el("p", { class: "absent" }, data.verify || data.audit ? "None were found." : "Nobody looked."),
        differs.length ? findingList(differs, verifyRow, "") : null,
        risks.length ? findingList(risks, (finding) => auditRow(finding, false), "") : null,
        el("div", { class: "under" }, provenance("verify", "audit")))));
}

function drawCards() {
  const host = byId("card-list");
  const numbers = data.tables.length <= EVERY_CARD ? data.tables.map((_, number) => number) : [cardState.number];
  host.replaceChildren(...numbers.map(card));
}

/** Show a table, and bring the reader to it. */
function openCard(number, go) {
  const changed = cardState.number !== number;
  cardState.number = number;
  if (data.tables.length > EVERY_CARD && changed) drawCards();
  for (const row of document.querySelectorAll("#table-rows tr")) row.classList.toggle("chosen", Number(row.dataset.table) === number);
  remember();
  if (!go) return;
  const heading = byId(`card-${number}`);
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

function startCards() {
  if (!data.tables.length) { byId("card-list").append(el("p", { class: "absent" }, "There is no table.")); return; }
  if (data.tables.length > EVERY_CARD) {
    const [first] = chosenRows();
    if (cardState.number === 0 && first) cardState.number = first.number;
    byId("card-list").before(el("p", { class: "note" }, "The table that is chosen in the list above."));
  }
  drawCards();
}
