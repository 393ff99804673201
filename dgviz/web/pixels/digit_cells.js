/** A small picture of what pixels add, as SVG paths: few nodes, and sharp at every size. */
import { css, mix } from "../core/colours.js";
import { svg } from "../kit/dom.js";

const STEPS = 10;
/** The strength of the grey for ink that adds nothing. */
const SHADE = 0.3;

/**
 * @param {Float32Array} adds by pixel, signed @param {number} most the amount in full colour
 * @param {Float32Array} ink by pixel, 0..1
 * @param {number} width pixels in a row @param {import("../kit/theme.js").Theme} theme
 * @returns {SVGElement} a group in which a pixel is a unit square
 */
export function cells(adds, most, ink, width, theme) {
  /** @type {Map<number|"ink", string>} paths by the amount added, in steps */
  const paths = new Map();
  for (let at = 0; at < adds.length; at++) {
    const strength = Math.min(STEPS, Math.ceil((STEPS * Math.abs(adds[at])) / most)) || 0;
    const key = strength ? Math.sign(adds[at]) * strength : ink[at] > 0.05 ? "ink" : null;
    if (key === null) continue;
    const cell = `M${at % width} ${Math.floor(at / width)}h1v1h-1z`;
    paths.set(key, (paths.get(key) ?? "") + cell);
  }
  /** @param {number|"ink"} key */
  const colour = (key) =>
    key === "ink"
      ? inkColour(theme)
      : mix(
          mix(theme.ground, theme.ink, 0.12),
          key > 0 ? theme.active : theme.tau,
          0.15 + (0.85 * Math.abs(key)) / STEPS,
        );
  return svg(
    "g",
    { "shape-rendering": "crispEdges" },
    ...[...paths].map(([key, d]) => svg("path", { d, fill: css(colour(key)) })),
  );
}

/** @param {import("../kit/theme.js").Theme} theme @returns {import("../core/colours.js").Rgb} */
export const inkColour = (theme) => mix(theme.ground, theme.ink, SHADE);

/**
 * The ink of an input: the mean of its channels.
 * @param {Float32Array} x @param {import("../core/pixels.js").Shape} shape
 * @returns {Float32Array} by pixel of the image, 0..1
 */
export function inkOf(x, { channels, height, width }) {
  const size = height * width;
  if (channels === 1) return x;
  const ink = new Float32Array(size);
  for (let at = 0; at < x.length; at++) ink[at % size] += x[at] / channels;
  return ink;
}

/** @param {Float32Array[]} pictures @returns {number} the largest amount, above 0 */
export function mostOf(pictures) {
  let most = 1e-9;
  for (const values of pictures) {
    for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(values[at]));
  }
  return most;
}
