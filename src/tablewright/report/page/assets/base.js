/* Data, elements, words: what all other parts of the page use. Text reaches the page as text nodes
   only, so that no name or tag of AWS's is ever read as markup. */
const data = JSON.parse(document.getElementById("data").textContent);
const texts = data.texts;
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
/** A text of somebody else's: characters that would turn or hide what is around them are shown by number. */
function plain(text) {
  return String(text).replace(HIDDEN, (sign) => `⟨U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : plain(value));
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : plain(child));
  }
  return node;
}
const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A name of somebody else's, which keeps its direction to itself. */
const name = (text) => el("bdi", {}, text);

const LOCALE = "en-US";
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const dollars = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "USD" });
const roughDollars = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "USD", maximumFractionDigits: 0 });
const count = (value) => whole.format(value);
const usd = (value) => (value === null || value === undefined ? "not known" : dollars.format(value));
const rough = (value) => (Math.abs(value) >= 100 ? roughDollars : dollars).format(value);
const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;
const rate = (value) =>
  value === null || Number.isNaN(value) ? "none" : value === 0 ? "0" : value >= 100 ? whole.format(value) : Number(value.toPrecision(3)).toLocaleString(LOCALE);
const several = (number, noun, plural = `${noun}s`) => `${count(number)} ${number === 1 ? noun : plural}`;

function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let place = 0;
  while (value >= 1000 && place < units.length - 1) {
    value /= 1000;
    place += 1;
  }
  return `${place === 0 ? value : value.toFixed(value >= 100 ? 0 : 1)} ${units[place]}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const two = (number) => String(number).padStart(2, "0");
function day(seconds) {
  const at = new Date(seconds * 1000);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}
function moment(seconds) {
  if (seconds === null || seconds === undefined) return "at no time";
  const at = new Date(seconds * 1000);
  return `${day(seconds)}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NUMBERS = new Uint8Array(128);
[...LETTERS].forEach((letter, number) => { NUMBERS[letter.charCodeAt(0)] = number; });
/** A packed series as numbers; null where there is no datapoint. */
function unpacked([top, text]) {
  const values = new Array(text.length / 2);
  for (let place = 0; place < values.length; place += 1) {
    const part = (NUMBERS[text.charCodeAt(2 * place)] << 6) | NUMBERS[text.charCodeAt(2 * place + 1)];
    values[place] = part === 4095 ? null : (part / 4094) * top;
  }
  return values;
}

const sources = Object.fromEntries(data.sources.map((source) => [source.section, source]));
/** From where and when a figure is, in words. */
function origin(...sections) {
  return sections
    .map((section) => sources[section])
    .filter((source) => source && !source.missing)
    .map((source) => `${source.origin}, ${moment(source.when)}`)
    .join("; ");
}
const missing = (section) => (sources[section] ? sources[section].missing : "not asked");
const provenance = (...sections) => el("p", { class: "source" }, `Source: ${origin(...sections)}`);
/** What stands in place of something that is not in the report, with the reason. */
const absent = (what, reason) => el("p", { class: "absent" }, el("strong", {}, `${what}: `), reason);

const SEVERITIES = ["critical", "high", "medium", "low"];
const VERDICTS = ["passed", "failed", "unknown"];
const OUTCOMES = ["failed", "accepted", "unknown"];
const color = (variable) => getComputedStyle(document.documentElement).getPropertyValue(`--${variable}`).trim();

/** A choice among a few, as radio buttons that look like one control. */
let groups = 0;
function segmented(label, choices, chosen, change) {
  groups += 1;
  const group = `group-${groups}`;
  return el("fieldset", { class: "segmented" },
    el("legend", { class: "hidden" }, label),
    choices.map(([value, shown]) =>
      el("label", {},
        el("input", { type: "radio", name: group, value, checked: value === chosen, onchange: () => change(value) }),
        el("span", {}, shown))));
}

/** A labelled choice among many. */
function picker(label, choices, chosen, change) {
  const select = el("select", { onchange: () => change(select.value) },
    choices.map(([value, shown]) => el("option", { value, selected: String(value) === String(chosen) }, shown)));
  return el("label", { class: "field" }, el("span", {}, label), select);
}

/** A table of plain cells, whose columns of numbers are on the right. */
function grid(caption, head, rows, numeric = []) {
  return el("table", { class: "grid" },
    el("caption", { class: "hidden" }, caption),
    el("thead", {}, el("tr", {}, head.map((title, place) => el("th", { scope: "col", class: numeric.includes(place) ? "number" : null }, title)))),
    el("tbody", {}, rows.map((row) =>
      el("tr", {}, row.map((cell, place) =>
        place === 0 ? el("th", { scope: "row" }, cell) : el("td", { class: numeric.includes(place) ? "number" : null }, cell))))));
}

/** What may be wider than the page is scrolled by itself, by keyboard as well. */
const scrolled = (label, child) => el("div", { class: "scrolled", role: "region", tabindex: "0", "aria-label": label }, child);

/** A list of which so many are drawn, and more when asked for. */
function growing(host, rows, draw, step = 60) {
  let shown = 0;
  const more = el("button", { type: "button", class: "more" });
  const add = (number) => {
    const until = Math.min(rows.length, shown + number);
    host.append(...rows.slice(shown, until).map(draw));
    shown = until;
    more.hidden = shown >= rows.length;
    more.textContent = `Show ${count(Math.min(step * 4, rows.length - shown))} more of ${count(rows.length - shown)}`;
  };
  more.addEventListener("click", () => {
    const first = host.childNodes.length;
    add(step * 4);
    host.childNodes[first]?.querySelector("button, a, [tabindex]")?.focus();
  });
  add(step);
  return more;
}
