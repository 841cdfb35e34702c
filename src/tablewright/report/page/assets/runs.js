/* When each step of a deployment began and ended. */
function runChart({ verb, start, end, failed, steps: all }) {
  const first = Math.min(...all.map((step) => step[3]));
  const what = ([step, type]) => `${plain(type.split(":").pop())} ${plain(step)}`;
  const run = { verb, start, end, failed, steps: all.map((step) => [what(step), step[1], step[2], step[3] - first, step[4] === null ? null : step[4] - first, step[5]]) };
  const length = Math.max(0.1, ...run.steps.map((step) => step[4] ?? step[3]));
  const seconds = (value) => `${value.toFixed(value < 10 ? 1 : 0)} s`;
  const text = `${run.verb}: ${several(run.steps.length, "step")} in ${seconds(length)}${run.failed ? ", which failed" : run.end ? "" : ", still running or cut off"}. Longest: ${[...run.steps].sort((one, other) => (other[4] ?? length) - other[3] - ((one[4] ?? length) - one[3])).slice(0, 3).map((step) => `${step[0]} ${seconds((step[4] ?? length) - step[3])}`).join(", ")}. Planning took ${seconds(first)} before.`;
  return chart({
    title: `${run.verb} of ${moment(run.start)}`, wide: true, source: ["runs"], text, note: text,
    legend: [...new Set(run.steps.map((step) => step[2]))].map((operation) => [`op-${operation}`, operation]),
    draw: (host, width) => {
      const row = 22, left = Math.min(230, width * 0.4), right = 50, top = 22;
      const x = (at) => left + (width - left - right) * at / length;
      host.append(canvas(width, top + run.steps.length * row + 4,
        ticks(length, width > 600 ? 6 : 3).filter((mark) => mark <= length).map((mark) => [
          svg("path", { d: `M${x(mark)} ${top - 4}V${top + run.steps.length * row}`, class: "gridline" }),
          svg("text", { x: x(mark), y: 12, class: "axis", "text-anchor": "middle" }, seconds(mark)),
        ]),
        run.steps.map(([step, type, operation, from, to, failure], place) => {
          const y = top + place * row, until = to ?? length;
          return svg("g", {},
            svg("title", {}, `${operation} ${step} (${type}): ${seconds(until - from)}${failure ? `, failed: ${failure}` : ""}`),
            svg("text", { x: left - 8, y: y + 14, class: "label", "text-anchor": "end" }, clipped(step, left - 10)),
            svg("rect", { x: x(from), y: y + 4, width: Math.max(2, x(until) - x(from)), height: row - 9, rx: 3, class: `fill ${failure ? "bad-fill" : `op-${operation}`}${to === null ? " open-end" : ""}` }),
            width > 600 ? svg("text", { x: x(until) + 6, y: y + 14, class: "axis" }, seconds(until - from)) : null);
        })));
    },
    rows: () => ({ head: ["Resource", "Type", "Operation", "Began after", "Took", "Failure"], rows: run.steps.map(([step, type, operation, from, to, failure]) => [step, type, operation, seconds(from), to === null ? "did not end" : seconds(to - from), failure || "none"]), numeric: [3, 4] }),
  });
}

function startRuns() {
  const host = byId("run-charts");
  if (data.status) {
    const { status } = data;
    const state = [
      ["Stack", status.stack], ["Target", status.target], ["State", status.backend],
      ["Deployed", status.deployed ? several(status.resources, "resource") : "not yet"],
      ["Unfinished", Object.keys(status.unfinished).length ? Object.entries(status.unfinished).map(([what, why]) => `${what}: ${why}`).join("; ") : "nothing"],
      ["Held by", status.runs.length ? status.runs.map((run) => `${run.user}@${run.host}, process ${run.pid}, since ${run.since}`).join("; ") : "nobody"],
    ];
    host.append(el("dl", { class: "facts" }, state.map(([fact, value]) => el("div", {}, el("dt", {}, fact), el("dd", {}, name(value))))), provenance("state"));
  } else host.append(absent("State of the stack", missing("state")));
  const runs = data.runs.filter((run) => run.steps.length);
  if (!runs.length) { host.append(absent("Steps of a deployment", missing("runs") || "no run over this stack changed anything")); return; }
  const place = el("div", { class: "charts" });
  const show = (number) => place.replaceChildren(runChart(runs[number]));
  show(0);
  host.append(runs.length > 1 ? el("div", { class: "controls" }, picker("Run", runs.map((run, number) => [number, `${run.verb}, ${moment(run.start)}${run.failed ? ", failed" : ""}`]), 0, (number) => show(Number(number)))) : null ?? "", place);
}
