/* How tables are used: capacity over time, and the hours of the week. */
const synced = (number) => uPlot.sync(`table-${number}`);
const SIDE_WORDS = { read: "Reads", write: "Writes" };

/** Marks of a time axis: days, and hours where there is room for them. */
function timeMarks(_, marks, __, ___, step) {
  let before = "";
  return marks.map((seconds) => {
    const at = new Date(seconds * 1000);
    const date = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
    const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
    const shown = step >= 86400 ? date : date === before ? clock : `${clock}\n${date}`;
    before = date;
    return shown;
  });
}

function heldSeries(side, length) {
  if (!side.held.length) return null;
  const values = new Array(length).fill(null);
  side.held.forEach(([from, value], place) => {
    const until = place + 1 < side.held.length ? side.held[place + 1][0] : length;
    for (let at = from; at < until; at += 1) values[at] = value;
  });
  return values;
}

function lostSeries(side, length) {
  const values = new Array(length).fill(0);
  for (const [place, lost] of side.throttled) values[place] = lost;
  return values;
}

/** Consumed against provisioned units of one side, with zoom, a readout, and throttled requests marked. */
function capacityChart(number, resource, sideName) {
  const { use } = data.tables[number];
  const side = resource[sideName];
  const peaks = unpacked(side.peak);
  const times = peaks.map((_, place) => use.start + place * use.step);
  const held = heldSeries(side, peaks.length);
  const lost = lostSeries(side, peaks.length);
  const sum = lost.reduce((all, value) => all + value, 0);
  const unit = `${sideName} units a second`;
  const throttling = sum ? `${several(sum, "throttled request")}` : "nothing throttled";
  const text = `${SIDE_WORDS[sideName]}: ${rate(side.mean ?? 0)} ${unit} on average, at most ${rate(side.peak[0])} in a minute; ${held ? `provisioned up to ${rate(Math.max(...held.filter((value) => value !== null)))}` : `capacity: ${use.unheld}`}; ${throttling}.`;
  const readout = el("p", { class: "readout", "aria-live": "polite" }, text);
  let plot = null;

  const tell = (place) => {
    if (place === null || place === undefined || peaks[place] === undefined) { readout.textContent = text; return; }
    const of = held && held[place] !== null ? ` of ${rate(held[place])} provisioned` : "";
    const refused = lost[place] ? `, ${several(lost[place], "request")} throttled` : "";
    readout.textContent = `${moment(times[place])}: ${peaks[place] === null ? "no datapoint" : `${rate(peaks[place])} ${unit}${of}`}${refused}`;
  };
  const span = () => [plot.scales.x.min, plot.scales.x.max];
  const zoom = (min, max) => {
    const least = times[0], most = times[times.length - 1];
    const width = Math.min(most - least, Math.max(use.step * 4, max - min));
    const from = Math.max(least, Math.min(min, most - width));
    plot.setScale("x", { min: from, max: from + width });
  };
  const by = (factor) => { const [min, max] = span(); const middle = (min + max) / 2; zoom(middle - (max - min) * factor / 2, middle + (max - min) * factor / 2); };
  const move = (share) => { const [min, max] = span(); zoom(min + (max - min) * share, max + (max - min) * share); };
  const reset = () => plot.setScale("x", { min: times[0], max: times[times.length - 1] });
  const step = (places) => {
    const last = plot.cursor.idx ?? plot.valToIdx(span()[places > 0 ? 0 : 1]);
    const place = Math.max(0, Math.min(times.length - 1, last + places));
    if (times[place] < span()[0] || times[place] > span()[1]) move(Math.sign(places) / 2);
    plot.setCursor({ left: plot.valToPos(times[place], "x"), top: plot.bbox.height / 2 / devicePixelRatio });
    tell(place);
  };
  const keys = {
    ArrowRight: (event) => step(event.shiftKey ? 24 : 1), ArrowLeft: (event) => step(event.shiftKey ? -24 : -1),
    "+": () => by(0.5), "=": () => by(0.5), "-": () => by(2), 0: reset, Escape: reset, PageUp: () => move(-0.8), PageDown: () => move(0.8),
  };

  const draw = (host, width) => {
    const ink = color("muted"), line = color("line"), stroke = color(sideName);
    const marks = (chart) => {
      const { ctx, bbox } = chart;
      ctx.save();
      ctx.fillStyle = color("bad");
      const size = 5 * devicePixelRatio;
      side.throttled.forEach(([place]) => {
        const x = chart.valToPos(times[place], "x", true);
        if (x < bbox.left || x > bbox.left + bbox.width) return;
        ctx.beginPath();
        ctx.moveTo(x - size, bbox.top);
        ctx.lineTo(x + size, bbox.top);
        ctx.lineTo(x, bbox.top + 1.7 * size);
        ctx.fill();
        ctx.fillRect(x - devicePixelRatio / 2, bbox.top, devicePixelRatio, bbox.height);
      });
      ctx.restore();
    };
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    plot = new uPlot({
      width, height: width < 500 ? 190 : 220, tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
      legend: { show: false }, padding: [8, 8, 0, 0],
      cursor: { sync: { key: synced(number).key }, drag: { x: true, y: false }, points: { size: 7 } },
      scales: { y: { range: (_, min, max) => [0, (max || 1) * 1.12] } },
      axes: [
        { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line }, space: 64, values: timeMarks },
        { stroke: ink, font, size: 62, grid: { stroke: line, width: 1 }, ticks: { show: false }, values: (_, marks_) => marks_.map((value) => short.format(value)) },
      ],
      series: [
        {},
        { label: "consumed", stroke, width: 1.5, fill: `${stroke}22`, points: { show: false } },
        ...(held ? [{ label: "provisioned", stroke: color("held"), width: 1.5, dash: [6, 4], points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) }] : []),
      ],
      hooks: { draw: [marks], setCursor: [(chart) => tell(chart.cursor.idx)] },
    }, held ? [times, peaks, held] : [times, peaks], host);
    host.plot = plot;
  };
  const focus = el("div", { class: "focusable", tabindex: "0", role: "application", "aria-roledescription": "chart", "aria-label": `${SIDE_WORDS[sideName]} over time. Arrow keys read values, plus and minus zoom, 0 shows all.` });
  focus.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey || !plot) return;
    event.preventDefault();
    keys[event.key](event);
  });
  const button = (label, shown, act) => el("button", { type: "button", class: "quiet small", "aria-label": `${SIDE_WORDS[sideName]}: ${label}`, onclick: () => plot && act() }, shown);
  const node = chart({
    title: SIDE_WORDS[sideName], level: 5, text, draw, source: ["usage"], interactive: true,
    note: `${unit[0].toUpperCase()}${unit.slice(1)}; each point is ${use.step === 60 ? "a minute" : `the highest minute of ${use.step < 3600 ? `${use.step / 60} minutes` : several(use.step / 3600, "hour")}`}.`,
    controls: [el("div", { class: "zoom" }, button("zoom in", "+", () => by(0.5)), button("zoom out", "−", () => by(2)), button("earlier", "‹", () => move(-0.5)), button("later", "›", () => move(0.5)), button("show all", "All", reset))],
    legend: [[sideName, "consumed"], ...(held ? [["held", "provisioned"]] : []), ...(sum ? [["throttle", `throttled: ${Object.entries(side.causes).map(([cause, number_]) => `${count(number_)} ${cause}`).join(", ")}`]] : [])],
    rows: () => dayRows(times, peaks, held, lost, sideName, use.unheld),
  });
  const host = node.querySelector(".plot");
  host.replaceWith(focus);
  focus.append(host);
  focus.after(readout);
  return node;
}

function dayRows(times, peaks, held, lost, sideName, without) {
  const days = new Map();
  times.forEach((time, place) => {
    const row = days.get(day(time)) ?? { peak: null, held: null, lost: 0 };
    if (peaks[place] !== null) row.peak = Math.max(row.peak ?? 0, peaks[place]);
    if (held && held[place] !== null) row.held = Math.max(row.held ?? 0, held[place]);
    row.lost += lost[place];
    days.set(day(time), row);
  });
  return {
    head: ["Day (UTC)", `Highest minute, ${sideName} units/s`, "Provisioned at most, units/s", "Throttled requests"],
    rows: [...days].map(([date, row]) => [date, row.peak === null ? "no datapoint" : rate(row.peak), row.held === null ? without : rate(row.held), count(row.lost)]),
    numeric: [1, 2, 3],
  };
}

/** Mean units a second by weekday and hour: a real table, so that it reads without colours as well. */
function weekTable(values, sideName, caption) {
  const top = Math.max(0, ...values.map((value) => value ?? 0));
  const hue = sideName === "read" ? "read" : "write";
  return el("table", { class: "week" },
    el("caption", { class: "hidden" }, caption),
    el("thead", {}, el("tr", {}, el("td"), Array.from({ length: 24 }, (_, hour) => el("th", { scope: "col" }, hour % 3 ? el("span", { class: "hidden" }, two(hour)) : two(hour))))),
    el("tbody", {}, DAYS.map((weekday, row) =>
      el("tr", {}, el("th", { scope: "row" }, el("abbr", { title: weekday }, weekday.slice(0, 3))),
        Array.from({ length: 24 }, (_, hour) => {
          const value = values[row * 24 + hour];
          const level = value === null ? "none" : top ? Math.ceil(9 * value / top) : 0;
          return el("td", { class: `heat ${hue} level-${level}`, title: `${weekday} ${two(hour)}:00 UTC: ${value === null ? "no datapoint" : `${rate(value)} ${sideName} units a second`}` },
            el("span", { class: "hidden" }, value === null ? "none" : rate(value)));
        })))));
}

function weekFigure(title, series, level = 3) {
  const state = { side: "write" };
  const sums = (values) => values.reduce((all, value) => all + (value ?? 0), 0);
  if (sums(series.read) >= sums(series.write)) state.side = "read";
  const host = el("div", { class: "week-host" });
  const words = el("p", { class: "note" });
  const ramp = el("i", { class: "swatch ramp", "aria-hidden": "true" });
  const draw = () => {
    ramp.className = `swatch ramp ${state.side}`;
    const values = series[state.side];
    const busiest = values.reduce((best, value, place) => ((value ?? -1) > (values[best] ?? -1) ? place : best), 0);
    const known = values.filter((value) => value !== null);
    const mean = known.length ? sums(known) / known.length : 0;
    words.textContent = known.length
      ? `Mean ${state.side} units a second by hour of the week, UTC. Busiest: ${DAYS[Math.floor(busiest / 24)]} ${two(busiest % 24)}:00, ${rate(values[busiest])}; on average ${rate(mean)}.`
      : "Nothing was measured.";
    host.replaceChildren(scrolled(`${title}: ${SIDE_WORDS[state.side]}`, weekTable(values, state.side, `${title}: ${words.textContent}`)));
  };
  draw();
  return el("figure", { class: "chart" },
    el("figcaption", {}, el(`h${level}`, {}, title), words),
    el("div", { class: "controls" }, segmented(`${title}: reads or writes`, [["read", "Reads"], ["write", "Writes"]], state.side, (side) => { state.side = side; draw(); })),
    host,
    el("ul", { class: "legend scale" }, el("li", {}, "quiet"), el("li", {}, ramp), el("li", {}, "busiest")),
    el("div", { class: "under" }, provenance("usage")));
}

function weekOf(tables) {
  const sum = { read: new Array(168).fill(null), write: new Array(168).fill(null) };
  for (const table of tables) {
    for (const side of ["read", "write"]) {
      unpacked(table.use.week[side]).forEach((value, place) => {
        if (value !== null) sum[side][place] = (sum[side][place] ?? 0) + value;
      });
    }
  }
  return sum;
}

function hotKeys(table, level = 3) {
  const rows = table.hotKeys.map(([what, rank, share, times]) => ({ what: texts[what], rank, share, times }));
  if (!rows.length) return null;
  return chart({
    title: `Hot keys of ${plain(table.name)}`, level, source: ["hotKeys"],
    note: "Shares of the most used keys. Their values are items' content and are not in this report.",
    text: rows.map((row) => `${row.what}, key ${row.rank}: ${percent(row.share, 1)}`).join("; "),
    draw: (host, width) => bars(host, width, rows.map((row) => ({ label: `${row.what} · key ${row.rank}`, value: row.share, shown: percent(row.share, 1), mark: "write" }))),
    rows: () => ({ head: ["Key", "Of", "Share", "Requests"], rows: rows.map((row) => [`key ${row.rank}`, row.what, percent(row.share, 2), count(row.times)]), numeric: [2, 3] }),
  });
}

/** Horizontal bars with their labels above them, which fit any width. */
function bars(host, width, rows) {
  const top = Math.max(1e-9, ...rows.map((row) => row.value));
  const height = 34;
  host.append(canvas(width, rows.length * height, rows.map((row, place) => [
    svg("text", { x: 0, y: place * height + 13, class: "label" }, clipped(row.label, width - 110)),
    svg("text", { x: width, y: place * height + 13, class: "label strong", "text-anchor": "end" }, row.shown),
    svg("rect", { x: 0, y: place * height + 18, width, height: 8, rx: 4, class: "track" }),
    svg("rect", { x: 0, y: place * height + 18, width: Math.max(2, width * row.value / top), height: 8, rx: 4, class: `fill ${row.mark}` }),
  ])));
}

function startUse() {
  const host = byId("use-charts");
  const measured = data.tables.filter((table) => table.use);
  if (!measured.length) host.append(absent("Use over time", missing("usage") || "no table here was measured"));
  else host.append(weekFigure(measured.length === 1 ? `The week of ${plain(measured[0].name)}` : `The week of all ${count(measured.length)} measured tables`, weekOf(measured)));
  const hot = data.tables.filter((table) => table.hotKeys.length).slice(0, 6).map((table) => hotKeys(table));
  host.append(...(hot.length ? hot : [el("figure", { class: "chart" }, el("figcaption", {}, el("h3", {}, "Hot keys")), absent("Not in this report", missing("hotKeys")))]));
}
