/** Legends: a swatch or a line with a label, and a colour ramp with labels at its ends. */
import { css } from "../core/colours.js";
import { el, setText, svg } from "./dom.js";

/** Length and thickness of the sample of a line, in CSS pixels. */
const [LONG, THICK] = [18, 4];

/** @param {string} kind a swatch's CSS class: active, closed, unused, blank */
export function swatch(kind, text = "") {
  const label = el("span", {}, text);
  const sample = el("i", { class: `swatch ${kind}` });
  /** @param {string} other kind */
  function paint(other) {
    sample.className = `swatch ${other}`;
  }
  return { node: el("span", { class: "key" }, sample, label), label, paint };
}

/**
 * A sample of a line, which looks as Plotly draws it.
 *
 * @typedef {Object} Line
 * @property {string} color in CSS @property {number} width in CSS pixels
 * @property {string} dash lengths of dashes and gaps: "2px,3px"; or "solid"
 * @property {boolean} [upright] whether it goes down, as from a mark
 *
 * @param {string} name @param {Line} line
 */
export function lineKey(name, { color, width, dash, upright = false }) {
  const [wide, high] = upright ? [THICK, LONG] : [LONG, THICK];
  const sample = svg(
    "svg",
    { width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, "aria-hidden": "true" },
    svg("path", {
      d: upright ? `M${THICK / 2} 0V${LONG}` : `M0 ${THICK / 2}H${LONG}`,
      stroke: color,
      "stroke-width": width,
      "stroke-dasharray": dash === "solid" ? "none" : dash,
    }),
  );
  return el("span", { class: "key" }, sample, name);
}

/**
 * A strip of colours between two labels, with an optional tick.
 *
 * @typedef {Object} Ramp
 * @property {import("../core/colours.js").Rgb[]} colours
 * @property {string} name @property {string} low @property {string} high
 * @property {?number} [tick] where, in [0, 1]
 *
 * @returns {{node: HTMLElement, show: (state: Ramp) => void}}
 */
export function ramp() {
  const [name, low, high] = [el("span"), el("span"), el("span")];
  const tick = el("b", { hidden: true });
  const strip = el("i", { class: "ramp" }, tick);
  const node = el("span", { class: "key" }, name, low, strip, high);
  let drawn = "";

  /** @param {Ramp} state */
  function show({ colours, low: from, high: to, name: title, tick: at = null }) {
    setText(name, title);
    setText(low, from);
    low.hidden = !from;
    setText(high, to);
    const last = colours.length - 1;
    const stops = colours.map((c, i) => `${css(c)} ${((100 * i) / last).toFixed(1)}%`).join();
    if (stops !== drawn) strip.style.background = `linear-gradient(to right, ${stops})`;
    drawn = stops;
    tick.hidden = at === null;
    if (at !== null) tick.style.left = `${100 * at}%`;
  }
  return { node, show };
}
