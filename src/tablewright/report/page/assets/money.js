/* What tables cost, what they should cost, and why. */
const money = data.money;
const known = rowsOfTables.filter((row) => row.now !== null && row.best !== null);

const former = data.tables.map((table) => (table.money && table.money.before ? table.money.before[2] : null));
const measuredUsd = former.some((value) => value !== null) ? former.reduce((sum, value, number) => sum + (value ?? rowsOfTables[number].now ?? 0), 0) : null;
/** There is a past to compare with where the tables were set otherwise while they were measured. */
const changed = measuredUsd !== null && money && Math.abs(measuredUsd - money.now) > 0.01;

/** The largest differences as steps, the others together. */
function differences(rows, value, most = 7) {
  const steps = rows.map((row) => ({ label: row.table.name, value: value(row) })).filter((step) => Math.abs(step.value) > 0.005).sort((one, other) => one.value - other.value);
  if (steps.length <= most) return steps;
  const rest = steps.slice(most);
  return [...steps.slice(0, most), { label: several(rest.length, "other table"), value: rest.reduce((sum, step) => sum + step.value, 0) }];
}

/** From what was and is paid, table by table, to what would be paid. */
function waterfall() {
  const steps = [];
  if (changed) steps.push({ label: "As measured", value: measuredUsd, total: true }, ...differences(known, (row) => row.now - (former[row.number] ?? row.now)));
  steps.push({ label: changed ? "As declared" : "Now", value: money.now, total: true });
  const saves = differences(known, (row) => -row.saving);
  steps.push(...saves);
  if (saves.length || !changed) steps.push({ label: "As recommended", value: money.best, total: true });
  if (money.commitments.length) {
    steps.push(...money.commitments.map(([label, saving]) => ({ label, value: -saving })));
    steps.push({ label: "With commitments", value: money.best - money.commitments.reduce((sum, [, saving]) => sum + saving, 0), total: true });
  }
  const past = changed ? `As the tables were set while they were measured, they cost ${usd(measuredUsd)} a month; as declared ${usd(money.now)}, ${usd(Math.abs(measuredUsd - money.now))} ${measuredUsd > money.now ? "less" : "more"}. ` : "";
  const text = `${past}${money.saving > 0.005 ? `From ${usd(money.now)} a month to ${usd(money.best)} as recommended: ${usd(money.saving)} less, over ${several(money.compared, "table")} whose cost is known.` : "Nothing within the throttling budget is cheaper than what is declared."}`;
  return chart({
    title: "From what is paid to what is needed", wide: true, source: ["optimize", "usage"], text, note: text,
    legend: [["total", "a month"], ["saves", "saved"], ["costs", "costs more"]],
    draw: (host, width) => drawWaterfall(host, width, steps),
    rows: () => ({ head: ["Step", "USD a month"], rows: steps.map((step) => [step.label, step.total ? usd(step.value) : `${step.value < 0 ? "−" : "+"}${usd(Math.abs(step.value))}`]), numeric: [1] }),
  });
}

function drawWaterfall(host, width, steps) {
  const row = 30, left = Math.min(190, width * 0.36), right = 84;
  const top = Math.max(...steps.filter((step) => step.total).map((step) => step.value), 1e-9);
  const scale = (value) => left + (width - left - right) * Math.max(0, value) / top;
  const height = steps.length * row + 8;
  let level = 0;
  const nodes = steps.map((step, place) => {
    const y = place * row + 4;
    const before = step.total ? 0 : level;
    const after = step.total ? step.value : level + step.value;
    level = after;
    const [from, to] = [Math.min(before, after), Math.max(before, after)];
    const mark = step.total ? "total" : step.value <= 0 ? "saves" : "costs";
    return [
      svg("text", { x: left - 10, y: y + 17, class: step.total ? "label strong" : "label", "text-anchor": "end" }, clipped(step.label, left - 12)),
      svg("rect", { x: scale(from), y: y + 3, width: Math.max(1.5, scale(to) - scale(from)), height: row - 10, rx: 4, class: `fill ${mark}` }),
      place + 1 < steps.length ? svg("path", { d: `M${scale(after)} ${y + row - 7}V${y + row + 3}`, class: "link" }) : null,
      svg("text", { x: scale(to) + 7, y: y + 17, class: step.total ? "label strong" : "label" }, `${step.total ? "" : step.value <= 0 ? "−" : "+"}${rough(Math.abs(step.value))}`),
    ];
  });
  host.append(canvas(width, height, nodes));
}

/** Rectangles of given areas in a rectangle, as square as they can be (Bruls, Huizing, van Wijk 2000). */
function squarified(items, x, y, width, height) {
  const total = items.reduce((sum, item) => sum + item.value, 0);
  const scaled = items.map((item) => ({ ...item, area: (item.value / total) * width * height }));
  const placed = [];
  let rest = { x, y, width, height };
  let row = [];
  const worst = (candidates, side) => {
    const sum = candidates.reduce((all, item) => all + item.area, 0);
    const areas = candidates.map((item) => item.area);
    return Math.max((side * side * Math.max(...areas)) / (sum * sum), (sum * sum) / (side * side * Math.min(...areas)));
  };
  const lay = () => {
    const sum = row.reduce((all, item) => all + item.area, 0);
    const upright = rest.width >= rest.height;
    const depth = sum / (upright ? rest.height : rest.width);
    let at = upright ? rest.y : rest.x;
    for (const item of row) {
      const length = item.area / depth;
      placed.push(upright ? { ...item, x: rest.x, y: at, w: depth, h: length } : { ...item, x: at, y: rest.y, w: length, h: depth });
      at += length;
    }
    rest = upright ? { x: rest.x + depth, y: rest.y, width: rest.width - depth, height: rest.height } : { x: rest.x, y: rest.y + depth, width: rest.width, height: rest.height - depth };
    row = [];
  };
  for (const item of scaled) {
    const side = Math.min(rest.width, rest.height);
    if (row.length && worst([...row, item], side) > worst(row, side)) lay();
    row.push(item);
  }
  if (row.length) lay();
  return placed;
}

const savedLevel = (share) => (share > 0.5 ? 4 : share > 0.25 ? 3 : share > 0.1 ? 2 : share > 0.005 ? 1 : 0);

function treemap() {
  const rows = known.filter((row) => row.now > 0).sort((one, other) => other.now - one.now);
  const sum = rows.reduce((total, row) => total + row.now, 0);
  const most = 400;
  const items = rows.slice(0, most).map((row) => ({ value: row.now, row, label: row.table.name, share: Math.max(0, row.saving) / row.now }));
  if (rows.length > most) {
    const rest = rows.slice(most);
    const now = rest.reduce((total, row) => total + row.now, 0);
    items.push({ value: now, row: null, label: several(rest.length, "other table"), share: Math.max(0, rest.reduce((total, row) => total + row.saving, 0)) / now });
    items.sort((one, other) => other.value - one.value);
  }
  const half = rows.findIndex((_, place) => rows.slice(0, place + 1).reduce((total, row) => total + row.now, 0) >= sum / 2) + 1;
  const text = `${usd(sum)} a month over ${several(rows.length, "table")}; half of it is spent on ${half === 1 ? `${plain(rows[0].table.name)} alone` : `the ${count(half)} dearest`}.`;
  return chart({
    title: "Where the money goes", source: ["optimize", "usage"], text, note: `${text} The darker, the more of it could be saved.`,
    legend: [["saved-0", "nothing to save"], ["saved-1", "up to 10 %"], ["saved-2", "25 %"], ["saved-3", "50 %"], ["saved-4", "more"]],
    draw: (host, width) => {
      const height = Math.max(220, Math.min(380, width * 0.5));
      host.append(canvas(width, height, squarified(items, 0, 0, width, height).map((item) => {
        const wide = item.w > 46 && item.h > 22;
        const group = svg("g", { class: `tile-group saved-${savedLevel(item.share)}${item.row ? " open" : ""}` },
          svg("title", {}, `${item.label}: ${usd(item.value)} a month, ${percent(item.share)} could be saved`),
          svg("rect", { x: item.x + 1, y: item.y + 1, width: Math.max(0, item.w - 2), height: Math.max(0, item.h - 2), rx: 3 }),
          wide ? svg("text", { x: item.x + 8, y: item.y + 18, class: "label" }, clipped(item.label, item.w - 14)) : null,
          wide && item.h > 40 ? svg("text", { x: item.x + 8, y: item.y + 34, class: "label" }, rough(item.value)) : null);
        if (item.row) group.addEventListener("click", () => openCard(item.row.number, true));
        return group;
      })));
    },
    rows: () => ({ head: ["Table", "Region", "USD a month", "Could be saved", "Share"], rows: rows.slice(0, 500).map((row) => [name(row.table.name), row.table.region, usd(row.now), usd(Math.max(0, row.saving)), percent(Math.max(0, row.saving) / row.now)]), numeric: [2, 3, 4] }),
  });
}

/** Where a table stands: the share of (its own or of searched) capacity that is in use. */
function standing(row, side) {
  const { table } = row;
  const resource = table.use && table.use.resources[0];
  const own = resource && resource[side].inUse;
  const share = !table.onDemand && own !== null && own !== undefined ? own : table.money && table.money.inUse[side];
  if (share === null || share === undefined || !(share > 0)) return null;
  return { row, share: Math.min(1, share), provisioned: table.onDemand === false };
}

function breakEven() {
  const offered = Object.keys(money.prices).filter((region) => money.prices[region].read || money.prices[region].write);
  if (!offered.length) return null;
  const per = (region) => known.filter((row) => row.table.region === region).length;
  const state = { region: offered.sort((one, other) => per(other) - per(one))[0], side: "write" };
  let node = null;
  const now = () => {
    const prices = money.prices[state.region];
    const [hour, million, pays] = prices[state.side] ?? prices.write ?? prices.read;
    const points = rowsOfTables.filter((row) => row.table.region === state.region && row.table.money).map((row) => standing(row, state.side)).filter(Boolean);
    return { prices, hour, million, pays, points };
  };
  const words = () => {
    const { pays, points, prices } = now();
    const over = points.filter((point) => point.share >= pays).length;
    return `${SIDE_WORDS[state.side]} in ${state.region}: provisioned capacity is cheaper than on demand once more than ${percent(pays, 1)} of it is in use. ${several(over, "table")} of ${count(points.length)} ${over === 1 ? "is" : "are"} above. Prices: ${prices.source}, ${prices.date}.`;
  };
  const options = {
    title: "On demand or provisioned", source: ["optimize", "usage"], text: words(), note: "Cost of a million units by how much of the provisioned capacity is in use. A table on demand stands where the capacity it would need would be in use.",
    legend: [["line-ondemand", "on demand"], ["line-provisioned", "provisioned"], ["dot-ondemand", "table on demand"], ["dot-provisioned", "provisioned table"]],
    controls: [
      segmented("On demand or provisioned: reads or writes", [["read", "Reads"], ["write", "Writes"]], state.side, (side) => { state.side = side; node.redraw(); }),
      offered.length > 1 ? picker("Region", offered.map((region) => [region, region]), state.region, (region) => { state.region = region; node.redraw(); }) : null,
    ].filter(Boolean),
    draw: (host, width) => { host.setAttribute("aria-label", words()); drawBreakEven(host, width, now()); host.append(el("p", { class: "readout" }, words())); },
    rows: () => ({
      head: ["Table", "Is", `${SIDE_WORDS[state.side]}: capacity in use`, "Cheaper"],
      rows: now().points.slice(0, 500).map((point) => [name(point.row.table.name), point.provisioned ? "provisioned" : "on demand", percent(point.share, 1), point.share >= now().pays ? "provisioned" : "on demand"]),
      numeric: [2],
    }),
  };
  node = chart(options);
  return node;
}

function drawBreakEven(host, width, { hour, million, pays, points }) {
  const height = 250, left = 58, bottom = 34, top = 12, right = 12;
  const highest = million * 3;
  const x = (share) => left + (width - left - right) * share;
  const y = (price) => top + (height - top - bottom) * (1 - Math.min(1, price / highest));
  const provisioned = (share) => (hour * 1e6) / 3600 / share;
  const from = provisioned(1) / highest > 1 ? 1 : (hour * 1e6) / 3600 / highest;
  const curve = Array.from({ length: 101 }, (_, place) => from + ((1 - from) * place) / 100).map((share, place) => `${place ? "L" : "M"}${x(share).toFixed(1)} ${y(provisioned(share)).toFixed(1)}`).join("");
  const marks = points.map((point) => ({ ...point, price: point.provisioned ? provisioned(point.share) : million }));
  host.append(canvas(width, height,
    svg("rect", { x: x(Math.min(1, pays)), y: top, width: Math.max(0, x(1) - x(Math.min(1, pays))), height: height - top - bottom, class: "zone" }),
    ticks(highest, 4).map((value) => [
      svg("path", { d: `M${left} ${y(value)}H${width - right}`, class: "gridline" }),
      svg("text", { x: left - 8, y: y(value) + 4, class: "axis", "text-anchor": "end" }, dollars.format(value)),
    ]),
    [0, 0.25, 0.5, 0.75, 1].map((share) => svg("text", { x: x(share), y: height - 14, class: "axis", "text-anchor": share === 1 ? "end" : "middle" }, percent(share))),
    svg("path", { d: `M${left} ${y(million)}H${width - right}`, class: "line-ondemand" }),
    svg("path", { d: curve, class: "line-provisioned" }),
    svg("path", { d: `M${x(Math.min(1, pays))} ${top}V${height - bottom}`, class: "link" }),
    svg("text", { x: x(Math.min(1, pays)) + 6, y: top + 12, class: "label strong" }, `pays from ${percent(pays, 1)}`),
    marks.map((mark) => svg("circle", { cx: x(mark.share), cy: y(mark.price), r: points.length > 200 ? 3 : 5, class: mark.provisioned ? "dot-provisioned" : "dot-ondemand" },
      svg("title", {}, `${mark.row.table.name}: ${percent(mark.share, 1)} in use`))),
    points.length <= 6 ? labelled(marks, x, y, width) : null));
}

/** Names beside their dots, one below the other where they would meet. */
function labelled(marks, x, y, width) {
  const taken = [];
  return [...marks].sort((one, other) => one.share - other.share).map((mark) => {
    const right = x(mark.share) > width * 0.7;
    let at = y(mark.price) - 10;
    const near = (other) => Math.abs(other.at - at) < 14 && Math.abs(other.x - x(mark.share)) < 70;
    while (at > 26 && taken.some(near)) at -= 15;
    taken.push({ at, x: x(mark.share) });
    return svg("text", { x: x(mark.share) + (right ? 4 : -4), y: at, class: "label", "text-anchor": right ? "end" : "start" }, clipped(mark.row.table.name, 150));
  });
}

/** All that was weighed for a table, the cheapest first. */
function choicesChart(row) {
  const chosen = row.table.money;
  if (!chosen || !chosen.best) return null;
  const key = (choice) => choice && `${choice[1]}/${choice[4]}/${choice[2]}`;
  const choices = new Map([chosen.now, chosen.onDemand, ...chosen.choices, chosen.best].filter(Boolean).map((choice) => [key(choice), choice]));
  const isBest = (choice) => key(choice) === key(chosen.best);
  const isNow = (choice) => key(choice) === key(chosen.now);
  const label = (choice) => `${texts[choice[0]]}${isBest(choice) ? " ★ recommended" : ""}${isNow(choice) ? ", as it is" : ""}${choice[3] ? " · would throttle too much" : ""}`;
  const sorted = [...choices.values()].sort((one, other) => one[2] - other[2]);
  const [low, high] = chosen.range ?? [];
  const text = isNow(chosen.best)
    ? `It is set as recommended: ${texts[chosen.best[1]]}, ${usd(chosen.best[2])} a month.`
    : `Recommended: ${texts[chosen.best[1]]} at ${usd(chosen.best[2])} a month${row.saving !== null ? `, ${usd(row.saving)} less than now` : ""}${low !== undefined ? `, likely ${usd(low)} to ${usd(high)}` : ""}.`;
  const mark = (choice) => (isBest(choice) ? "saves" : choice[3] ? "refused" : isNow(choice) ? "total" : "plain");
  return chart({
    title: "What was weighed", level: 4, text, note: text, source: ["optimize", "usage"],
    draw: (host, width) => bars(host, width, sorted.slice(0, 9).map((choice) => ({ label: label(choice), value: choice[2], shown: usd(choice[2]), mark: mark(choice) }))),
    rows: () => ({ head: ["Setting", "Mode", "USD a month", "Throttled", "Capacity"], rows: sorted.map((choice) => [label(choice), texts[choice[1]], usd(choice[2]), percent(choice[5], 3), texts[choice[4]]]), numeric: [2, 3] }),
  });
}

function startMoney() {
  const host = byId("money-charts");
  if (!money) { host.append(absent("What tables cost", missing("optimize"))); return; }
  if (money.compared) host.append(waterfall(), treemap());
  const even = breakEven();
  if (even) host.append(even);
  host.append(el("figure", { class: "chart" },
    el("figcaption", {}, el("h3", {}, "What follows")),
    el("ul", { class: "sentences" }, money.notes.map((note) => el("li", {}, note))),
    Object.keys(money.bill).length ? scrolled("Charges of a month as recommended", grid("Charges of a month as recommended", ["Charge", "USD a month as recommended"], Object.entries(money.bill).map(([charge, amount]) => [charge.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), usd(amount)]), [1])) : null,
    el("div", { class: "under" }, provenance("optimize", "usage"))));
}
