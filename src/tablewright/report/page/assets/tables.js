/* The list of tables: searched, filtered and sorted over plain arrays; only rows that are looked at are drawn. */
const listState = { text: "", region: "", account: "", show: "all", sort: "cost", descending: true };

const rowsOfTables = data.tables.map((table, number) => {
  const money = table.money;
  const now = money && money.now ? money.now[2] : null;
  const best = money && money.best ? money.best[2] : null;
  return {
    number, table, now, best,
    saving: now !== null && best !== null ? now - best : null,
    problems: [0, 0, 0, 0], failed: 0, unknown: 0, passed: 0,
    throttled: table.use ? table.use.resources.reduce((sum, resource) => sum + ["read", "write"].reduce((all, side) => all + resource[side].throttled.reduce((every, [, lost]) => every + lost, 0), 0), 0) : null,
    words: [table.name, table.region, table.account, table.owner ?? "", ...(table.tags ?? []).map(([key, value]) => `${key}=${value}`)].join("\u0000").toLowerCase(),
  };
});
for (const [number, rule, outcome] of data.audit ? data.audit.findings : []) {
  if (number >= 0 && outcome === 0) rowsOfTables[number].problems[SEVERITIES.indexOf(data.audit.rules[rule][2])] += 1;
}
for (const [number, verdict] of data.verify ? data.verify.findings : []) {
  if (number >= 0) rowsOfTables[number][VERDICTS[verdict]] += 1;
}

const badness = (row) => row.failed * 1e9 + row.problems[0] * 1e7 + row.problems[1] * 1e5 + row.problems[2] * 1e3 + row.problems[3];
const COLUMNS = [
  { key: "name", title: "Table", value: (row) => row.table.name.toLowerCase() },
  { key: "place", title: "Where", value: (row) => `${row.table.account}/${row.table.region}` },
  { key: "billing", title: "Billing", value: (row) => (row.table.onDemand ? 1 : 0) },
  { key: "use", title: "A week of use", value: (row) => peakOf(row.table), numeric: true },
  { key: "items", title: "Items", value: (row) => row.table.items ?? -1, numeric: true },
  { key: "bytes", title: "Size", value: (row) => row.table.bytes ?? -1, numeric: true },
  { key: "cost", title: "A month", value: (row) => row.now ?? -1, numeric: true },
  { key: "saving", title: "Could save", value: (row) => row.saving ?? -Infinity, numeric: true },
  { key: "problems", title: "Problems", value: badness, numeric: true },
];
const SHOWN = [
  ["all", "All tables", () => true],
  ["saves", "Could cost less", (row) => row.saving > 0.5],
  ["differs", "Differs from its manifest", (row) => row.failed > 0],
  ["severe", "High or critical problems", (row) => row.problems[0] + row.problems[1] > 0],
  ["throttled", "Was throttled", (row) => row.throttled > 0],
  ["ondemand", "On demand", (row) => row.table.onDemand === true],
  ["provisioned", "Provisioned", (row) => row.table.onDemand === false],
  ["unread", "Something could not be read", (row) => (row.table.unread ?? []).length > 0 || row.unknown > 0 || row.table.status === undefined],
];

function peakOf(table) {
  if (!table.use) return -1;
  return table.use.resources[0].read.peak[0] + table.use.resources[0].write.peak[0];
}

function chosenRows() {
  const words = listState.text.toLowerCase().split(/\s+/).filter(Boolean);
  const shows = SHOWN.find(([key]) => key === listState.show)[2];
  const rows = rowsOfTables.filter((row) =>
    words.every((word) => row.words.includes(word)) &&
    (!listState.region || row.table.region === listState.region) &&
    (!listState.account || row.table.account === listState.account) &&
    shows(row));
  const { value } = COLUMNS.find((column) => column.key === listState.sort);
  const sign = listState.descending ? -1 : 1;
  const keyed = rows.map((row) => [value(row), row]);
  keyed.sort(([one, first], [other, second]) =>
    (one < other ? -sign : one > other ? sign : 0) || (first.table.name < second.table.name ? -1 : 1));
  return keyed.map(([, row]) => row);
}

function sparkline(table) {
  if (!table.use) return el("span", { class: "none" }, "–");
  const reads = unpacked(table.use.week.read);
  const writes = unpacked(table.use.week.write);
  const top = Math.max(1e-9, ...reads.map((value, place) => (value ?? 0) + (writes[place] ?? 0)));
  const line = (values) => values.map((value, place) => `${place ? "L" : "M"}${(place * 120 / 167).toFixed(1)} ${(26 - 24 * Math.min(1, (value ?? 0) / top)).toFixed(1)}`).join("");
  const all = reads.map((value, place) => (value ?? 0) + (writes[place] ?? 0));
  return svg("svg", { class: "spark", width: 120, height: 28, viewBox: "0 0 120 28", "aria-hidden": "true" },
    svg("path", { class: "spark-area", d: `${line(all)}L120 28L0 28Z` }),
    svg("path", { class: "spark-line", d: line(all) }));
}

function problemsOf(row) {
  const parts = [];
  if (row.failed) parts.push(el("span", { class: "badge bad", title: "facts that differ from the manifest" }, `${count(row.failed)} ≠`));
  row.problems.forEach((number, place) => {
    if (number) parts.push(el("span", { class: `badge ${SEVERITIES[place]}` }, `${count(number)} ${SEVERITIES[place]}`));
  });
  if (parts.length) return parts;
  if (row.unknown) return el("span", { class: "badge unknown" }, `${count(row.unknown)} unknown`);
  return data.verify || data.audit ? el("span", { class: "badge good" }, "none") : el("span", { class: "none" }, "–");
}

function tableRow(row) {
  const { table } = row;
  const several = accounts.length > 1;
  return el("tr", { "data-table": row.number, class: row.number === cardState.number ? "chosen" : null },
    el("th", { scope: "row" },
      el("button", { type: "button", class: "name", onclick: () => openCard(row.number, true) }, name(table.name)),
      table.wanted && table.status === undefined ? el("span", { class: "badge bad" }, "not live") : null),
    el("td", { class: "place" }, several ? [name(table.account), el("br")] : null, name(table.region)),
    el("td", {}, table.billing === undefined ? el("span", { class: "none" }, "–") : [texts[table.billing], table.scales ? el("span", { class: "muted" }, " scales") : null]),
    el("td", { class: "number" }, sparkline(table)),
    el("td", { class: "number" }, table.items === undefined ? "–" : short.format(table.items)),
    el("td", { class: "number" }, table.bytes === undefined ? "–" : bytes(table.bytes)),
    el("td", { class: "number" }, row.now === null ? "–" : usd(row.now)),
    el("td", { class: "number" }, row.saving === null ? "–" : row.saving > 0.005 ? el("strong", { class: "saves" }, usd(row.saving)) : "nothing"),
    el("td", { class: "number" }, problemsOf(row)));
}

const accounts = [...new Set(data.tables.map((table) => table.account))].filter(Boolean).sort();
const regions = [...new Set(data.tables.map((table) => table.region))].filter(Boolean).sort();

function drawList() {
  const started = performance.now();
  const rows = chosenRows();
  const body = byId("table-rows");
  body.replaceChildren();
  byId("table-more").replaceChildren(growing(body, rows, tableRow, 25));
  const sum = rows.reduce((total, row) => total + (row.now ?? 0), 0);
  const saved = rows.reduce((total, row) => total + Math.max(0, row.saving ?? 0), 0);
  byId("table-count").textContent =
    `${several(rows.length, "table")}${rows.length === rowsOfTables.length ? "" : ` of ${count(rowsOfTables.length)}`}` +
    (data.money ? `, ${usd(sum)} a month now, of which ${usd(saved)} could be saved` : "");
  for (const head of document.querySelectorAll("#list th[data-key]")) {
    const sorted = head.dataset.key === listState.sort;
    head.setAttribute("aria-sort", sorted ? (listState.descending ? "descending" : "ascending") : "none");
  }
  byId("list").dataset.milliseconds = (performance.now() - started).toFixed(2);
  remember();
}

function sortBy(column) {
  if (listState.sort === column.key) listState.descending = !listState.descending;
  else Object.assign(listState, { sort: column.key, descending: Boolean(column.numeric) });
  drawList();
}

function startList() {
  if (!data.money) listState.sort = listState.sort === "cost" ? "problems" : listState.sort;
  const set = (key) => (value) => { listState[key] = value; drawList(); };
  const search = el("input", { type: "search", id: "search", value: listState.text, placeholder: "Name, tag, owner…", autocomplete: "off", oninput: () => set("text")(search.value) });
  byId("list").append(
    el("div", { class: "filters", role: "search" },
      el("label", { class: "field grow" }, el("span", {}, "Search"), search),
      accounts.length > 1 ? picker("Account", [["", "All"], ...accounts.map((account) => [account, account])], listState.account, set("account")) : null,
      regions.length > 1 ? picker("Region", [["", "All"], ...regions.map((region) => [region, region])], listState.region, set("region")) : null,
      picker("Show", SHOWN.map(([key, shown]) => [key, shown]), listState.show, set("show"))),
    el("p", { id: "table-count", role: "status" }),
    scrolled("Tables", el("table", { class: "tables" },
      el("caption", { class: "hidden" }, "Tables with their use, cost and problems"),
      el("thead", {}, el("tr", {}, COLUMNS.map((column) =>
        el("th", { scope: "col", "data-key": column.key, class: column.numeric ? "number" : null },
          el("button", { type: "button", class: "sort", onclick: () => sortBy(column) }, column.title))))),
      el("tbody", { id: "table-rows" }))),
    el("div", { id: "table-more" }),
    provenance("live", "usage", "optimize", "audit", "verify"));
  drawList();
}
