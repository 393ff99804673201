/** A colour scale as wide as its picture, with ticks under it. */
import { css } from "../core/colours.js";
import { el, setText } from "./dom.js";

/**
 * @typedef {Object} Scale
 * @property {import("../core/colours.js").Rgb[]} colours
 * @property {Array<[number, string]>} ticks position in [0, 1], ascending, and label
 *
 * @returns {{node: HTMLElement, show: (scale: Scale) => void}}
 */
export function scaleStrip() {
  const strip = el("i");
  const figures = el("div", { class: "ticks" });
  const node = el("div", { class: "scale-strip", "aria-hidden": "true" }, strip, figures);

  /** @param {Scale} scale */
  function show({ colours, ticks }) {
    const last = colours.length - 1;
    const stops = colours.map((c, i) => `${css(c)} ${((100 * i) / last).toFixed(1)}%`).join();
    const background = `linear-gradient(to right, ${stops})`;
    if (strip.dataset.stops !== stops) strip.style.background = background;
    strip.dataset.stops = stops;
    while (figures.childElementCount > ticks.length) figures.lastChild?.remove();
    ticks.forEach(([at, text], i) => {
      const tick = /** @type {HTMLElement} */ (
        figures.children[i] ?? figures.appendChild(el("span"))
      );
      tick.style.left = `${100 * at}%`;
      tick.style.transform = `translateX(${-100 * at}%)`;
      setText(tick, text);
    });
  }
  return { node, show };
}
