/** The keys to colours of a picture that stands alone. */
import { css } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { widthOf, write } from "./sheet_text.js";

const STRIP = [110, 10];
const [RAMP, SWATCH] = [Symbol("ramp"), Symbol("swatch")];

/**
 * @typedef {Object} LegendEntry a swatch, a strip of colours, a pattern, or lines
 * @property {string} words
 * @property {import("../core/colours.js").Rgb} [colour]
 * @property {import("../core/colours.js").Rgb[]} [colours] with `low` and `high`
 * @property {string} [low]
 * @property {string} [high]
 * @property {boolean} [hatched]
 * @property {boolean} [striped]
 * @property {boolean} [lines]
 */

/**
 * The keys in as many rows as they take.
 * @param {LegendEntry[]} entries @param {number} width @param {import("../kit/theme.js").Theme} theme
 * @returns {{nodes: SVGElement[], height: number}}
 */
export function legendOf(entries, width, theme) {
  const nodes = [];
  let [x, y] = [0, 0];
  for (const entry of entries) {
    const parts = entry.colours
      ? [entry.words, entry.low, RAMP, entry.high] : [SWATCH, entry.words];
    const wide = (part) =>
      (part === RAMP ? STRIP[0] : part === SWATCH ? 12 : widthOf(part ?? "", 12));
    const filled = parts.filter(Boolean);
    const total = filled.reduce((sum, part) => sum + wide(part) + 6, 12);
    if (x && x + total > width) [x, y] = [0, y + 20];
    for (const part of filled) {
      nodes.push(...(part === RAMP ? stripOf(entry.colours, x, y)
        : part === SWATCH ? [swatchOf(entry, x, y, theme)]
          : [write(part, x, y + 11, 12, theme.muted)]));
      x += wide(part) + 6;
    }
    x += 12;
  }
  return { nodes, height: entries.length ? y + 30 : 0 };
}

const stripOf = (colours, x, y) => colours.map((colour, i) => svg("rect", {
  x: x + (i * STRIP[0]) / colours.length, y: y + 2, width: STRIP[0] / colours.length + 0.3,
  height: STRIP[1], fill: css(colour),
}));

/** @param {LegendEntry} entry */
function swatchOf({ colour, hatched, striped, lines }, x, y, theme) {
  if (lines) {
    return svg("path", {
      d: `M${x} ${y + 7}h12`, stroke: css(theme.ink), "stroke-width": 1.4,
    });
  }
  const fill = hatched ? "url(#hatching)" : striped ? "url(#stripes)" : css(colour);
  return svg("rect", { x, y: y + 1, width: 12, height: 12, fill, stroke: theme.grid });
}
