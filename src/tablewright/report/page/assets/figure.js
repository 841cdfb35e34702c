/* Figures: drawn when they come into view, again when the theme or their width changes; each with its
   source, its text alternative and its numbers as a table. */
const drawn = new Set();
const pending = new Map();
const sight = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) drawNow(entry.target);
}, { rootMargin: "300px" });
const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const figure = target.figure;
    if (figure && drawn.has(figure) && Math.abs(figure.width - contentRect.width) > 2) redraw(figure);
  }
});

function drawNow(host) {
  const figure = pending.get(host);
  if (!figure) return;
  pending.delete(host);
  sight.unobserve(host);
  drawn.add(figure);
  redraw(figure);
}

function redraw(figure) {
  if (!figure.host.isConnected) {
    drawn.delete(figure);
    sizes.unobserve(figure.host);
    return;
  }
  figure.width = figure.host.clientWidth;
  if (figure.width < 40) return;
  figure.host.replaceChildren();
  figure.draw(figure.host, figure.width);
}
const redrawAll = () => [...drawn].forEach(redraw);
const drawPending = () => [...pending.keys()].filter((host) => host.isConnected).forEach(drawNow);

/**
 * A figure.
 * @param options.title of the figure
 * @param options.text what it shows, for those who do not see it
 * @param options.draw draws into an element of a width
 * @param options.rows gives the numbers as a table: {head, rows, numeric}
 * @param options.source sections it comes from
 * @param options.controls what is chosen in it
 * @param options.legend marks with their meaning
 * @param options.interactive it takes keys itself, so that it is no mere picture
 */
function chart({ title, text, draw, rows, source, controls = [], legend = [], note = "", wide = false, interactive = false, level = 3 }) {
  const host = el("div", { class: "plot", role: interactive ? null : "img", "aria-label": interactive ? null : text });
  const figure = { host, draw, width: 0 };
  host.figure = figure;
  const details = el("details", { class: "numbers" }, el("summary", {}, "The numbers"));
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    const made = rows();
    details.replaceChildren(details.firstChild, scrolled(`Numbers of: ${title}`, grid(title, made.head, made.rows, made.numeric)));
  });
  const node = el("figure", { class: wide ? "chart wide" : "chart" },
    el("figcaption", {}, el(`h${level}`, {}, title), note && el("p", { class: "note" }, note)),
    controls.length ? el("div", { class: "controls" }, controls) : null,
    legend.length ? el("ul", { class: "legend" }, legend.map(([mark, word]) => el("li", {}, el("i", { class: `swatch ${mark}`, "aria-hidden": "true" }), word))) : null,
    host,
    interactive ? el("p", { class: "hidden" }, text) : null,
    el("div", { class: "under" }, provenance(...source), details));
  pending.set(host, figure);
  sight.observe(host);
  sizes.observe(host);
  node.redraw = () => {
    host.setAttribute("aria-label", text);
    if (drawn.has(figure)) redraw(figure);
    if (details.open) details.dispatchEvent(new Event("toggle"));
  };
  return node;
}

/** An SVG of a size, hidden from those who have the figure's text instead. */
const canvas = (width, height, ...children) =>
  svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" }, children);

/** Round steps from 0 to a highest value. */
function ticks(top, most = 5) {
  if (!(top > 0)) return [0];
  const raw = top / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
  const marks = [];
  for (let value = 0; value <= top + step * 1e-6; value += step) marks.push(Number(value.toPrecision(12)));
  return marks;
}

/** A text of which no more is shown than has room. */
function clipped(text, pixels, size = 12) {
  const room = Math.floor(pixels / (size * 0.56));
  const shown = plain(text);
  return shown.length <= room ? shown : room < 3 ? "" : `${shown.slice(0, room - 1)}…`;
}
