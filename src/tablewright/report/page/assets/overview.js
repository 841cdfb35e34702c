/* What a reader sees first: a few numbers, each with its origin. */
function tile({ title, value, words, mark = "", sections, meter = null, link }) {
  return el("article", { class: `tile ${mark}` },
    el("h3", {}, el("a", { href: `#${link}` }, title)),
    el("p", { class: "value" }, value),
    meter,
    el("p", { class: "words" }, words),
    el("p", { class: "source" }, origin(...sections) || missing(sections[0])));
}

/** A bar in parts; what it says is in the words beside it. */
function partsOf(parts) {
  const total = parts.reduce((sum, [, value]) => sum + value, 0);
  if (!total) return null;
  let at = 0;
  return svg("svg", { class: "parts", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    parts.map(([mark, value]) => {
      const width = (100 * value) / total;
      at += width;
      return value ? svg("rect", { x: at - width, y: 0, width, height: 6, class: `fill ${mark}` }) : null;
    }));
}

function tiles() {
  const live = data.tables.filter((table) => table.status !== undefined);
  const shown = [tile({
    title: "Tables", value: count(data.tables.length), link: "tables", sections: live.length ? ["live"] : ["declared"],
    words: live.length ? `${short.format(live.reduce((sum, table) => sum + table.items, 0))} items, ${bytes(live.reduce((sum, table) => sum + table.bytes, 0))}, in ${several(regions.length, "region")}${accounts.length > 1 ? ` of ${count(accounts.length)} accounts` : ""}` : "none of them was read",
  })];
  if (data.status) {
    const unfinished = Object.keys(data.status.unfinished).length;
    shown.push(tile({
      title: "Deployed", value: data.status.deployed ? count(data.status.resources) : "not yet", link: "runs", sections: ["state"], mark: unfinished ? "warns" : "",
      words: !data.status.deployed ? "nothing is recorded of this stack" : `resources on record; ${unfinished ? `${count(unfinished)} unfinished` : "nothing unfinished"}${data.status.runs.length ? "; a run holds the stack" : ""}`,
    }));
  }
  if (data.verify) {
    const { counts } = data.verify;
    shown.push(tile({
      title: "As declared", value: `${count(counts.passed)} of ${count(counts.passed + counts.failed + counts.unknown)}`, link: "checks", sections: ["verify"],
      mark: counts.failed ? "fails" : counts.unknown ? "warns" : "passes", meter: partsOf([["good-fill", counts.passed], ["bad-fill", counts.failed], ["unknown-fill", counts.unknown]]),
      words: counts.failed ? `${several(counts.failed, "fact")} of the live resources differ, ${count(counts.unknown)} not known` : counts.unknown ? `no difference; ${count(counts.unknown)} not known` : "every live fact is as declared",
    }));
  }
  if (data.drift) {
    const { counts, compared } = data.drift;
    const kinds = Object.entries(counts).filter(([kind, number]) => number && kind !== "unread").map(([kind, number]) => `${count(number)} ${kind.replace(/-/g, " ")}`);
    const number = Object.entries(counts).reduce((sum, [kind, value]) => sum + (kind === "unread" ? 0 : value), 0);
    shown.push(tile({
      title: "Drift", value: number ? count(number) : "none", link: "checks", sections: ["drift"], mark: number ? "fails" : counts.unread ? "warns" : "passes",
      words: `${kinds.join(", ") || "declared, recorded and live agree"}; ${several(compared, "field")} compared${counts.unread ? `, ${count(counts.unread)} unread` : ""}`,
    }));
  }
  if (data.audit) {
    const { counts } = data.audit;
    const all = SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
    const severe = counts.critical + counts.high;
    shown.push(tile({
      title: "Risks", value: count(all), link: "checks", sections: ["audit"], mark: severe ? "fails" : all ? "warns" : "passes",
      meter: partsOf(SEVERITIES.map((severity) => [`${severity}-fill`, counts[severity]])),
      words: SEVERITIES.filter((severity) => counts[severity]).map((severity) => `${count(counts[severity])} ${severity}`).join(", ") || "no rule found one",
    }));
  }
  if (money) {
    shown.push(tile({ title: "A month now", value: money.compared ? rough(money.now) : "not known", link: "money", sections: ["optimize"], words: money.compared ? `${several(money.compared, "table")} of ${count(money.tables)}, at ${money.terms ? "the account's" : "list"} prices` : "no table has a known present cost" }));
    shown.push(tile({
      title: "Could save", value: !money.compared ? "not known" : money.saving > 0.5 ? rough(money.saving) : "nothing", link: "money", sections: ["optimize"], mark: money.saving > 0.5 ? "saves" : "passes",
      meter: money.now && money.saving > 0.5 ? partsOf([["total", money.best], ["saves", money.saving]]) : null,
      words: money.saving > 0.5 ? `${percent(money.saving / money.now)} less a month: ${rough(money.best)} as recommended` : "nothing within the throttling budget is cheaper",
    }));
    if (changed && measuredUsd > money.now) {
      shown.push(tile({
        title: "Saved", value: rough(measuredUsd - money.now), link: "money", sections: ["optimize"], mark: "saves", meter: partsOf([["total", money.now], ["saves", measuredUsd - money.now]]),
        words: `a month less than as measured (${rough(measuredUsd)})`,
      }));
    }
  }
  return shown;
}

function startOverview() {
  byId("title").append(name(data.title));
  byId("place").append(name(data.place));
  byId("made").textContent = `Made ${moment(data.when)}`;
  byId("colophon").textContent = `tablewright ${data.version}. This file is whole: it loads nothing and sends nothing. Times are UTC; money is USD.`;
  byId("tiles").append(...tiles());
  const gaps = data.sources.flatMap((source) => source.gaps.map((gap) => [source.section, gap]));
  const absences = data.sources.filter((source) => source.missing);
  if (gaps.length || absences.length) {
    byId("overview").append(el("details", { class: "gaps", open: gaps.length > 0 && gaps.length < 6 },
      el("summary", {}, `Not read, or not asked for: ${several(gaps.length + absences.length, "thing")}`),
      el("ul", { class: "sentences" },
        absences.map((source) => el("li", {}, el("strong", {}, `${SECTION_WORDS[source.section]}: `), source.missing)),
        gaps.slice(0, 100).map(([section, gap]) => el("li", {}, el("strong", {}, `${SECTION_WORDS[section]}: `), gap)),
        gaps.length > 100 ? el("li", {}, `and ${count(gaps.length - 100)} more`) : null)));
  }
  byId("source-list").append(scrolled("Sources", grid("Where each part is from", ["Part", "From", "When", "Could not be read"],
    data.sources.map((source) => [SECTION_WORDS[source.section], source.missing ? "–" : source.origin, source.missing ? "–" : moment(source.when), source.missing || (source.gaps.length ? several(source.gaps.length, "gap") : "nothing")]))));
}

const SECTION_WORDS = { declared: "Declared", live: "Live tables", state: "State", runs: "Deployments", verify: "Declared against live", drift: "Drift", access: "Access", audit: "Risks", usage: "Use", optimize: "Money", hotKeys: "Hot keys" };
