/** Legends: a swatch with a label, and a colour ramp with labels at its ends. */
import { css } from "../core/colours.js";
import { el, setText } from "./dom.js";

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
