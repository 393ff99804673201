/** Parallel coordinates as they are drawn: lines on a canvas or as SVG, and axes as SVG. */
import { css } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { wrap, write } from "../kit/sheet_text.js";
import { haloed } from "./frame.js";
import { pointOf } from "./parallel_plan.js";

const [NUMBERS, NAMES] = [11.5, 12.5];
/** The widest line of a title above a standing axis, in pixels. */
const WIDEST_TITLE = 104;
/** The more lines there are, the less opaque they are, down to this. */
const LEAST_OPACITY = 0.25;
const FEW = 60;

/**
 * @typedef {import("./parallel_plan.js").Plan} Plan
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

/** @param {number} count of lines */
export const opacityOf = (count) =>
  count <= FEW ? 0.9 : Math.max(LEAST_OPACITY, 0.9 * (FEW / count) ** 0.3);

/** In pixels. @param {number} count of lines */
export const thicknessOf = (count) => (count <= FEW ? 1.8 : 1);

/** @param {Plan} plan @param {number} line its place among all @param {{moveTo: (x: number, y: number) => void, lineTo: (x: number, y: number) => void}} path */
function trace(plan, line, path) {
  plan.lines.forEach((shares, axis) => {
    const [x, y] = pointOf(plan, axis, shares[line]);
    if (axis) path.lineTo(x, y);
    else path.moveTo(x, y);
  });
}

/**
 * Strokes lines on a canvas.
 * @param {CanvasRenderingContext2D} context @param {Plan} plan
 * @param {Iterable<number>} lines places among all, from the first to the last that is drawn
 * @param {(line: number) => string} colourOf in CSS @param {number} width in pixels
 */
export function paintLines(context, plan, lines, colourOf, width) {
  context.lineWidth = width;
  context.lineJoin = "round";
  for (const line of lines) {
    context.beginPath();
    trace(plan, line, context);
    context.strokeStyle = colourOf(line);
    context.stroke();
  }
}

/**
 * The same lines for a file, each colour as one path.
 * @param {Plan} plan @param {Iterable<number>} lines @param {(line: number) => string} colourOf
 * @param {number} width
 */
export function lineNodes(plan, lines, colourOf, width) {
  /** @type {Map<string, string>} */
  const paths = new Map();
  for (const line of lines) {
    const colour = colourOf(line);
    const points = plan.lines.map((shares, axis) =>
      pointOf(plan, axis, shares[line])
        .map((at) => at.toFixed(1))
        .join(" "),
    );
    paths.set(colour, `${paths.get(colour) ?? ""}M${points.join("L")}`);
  }
  return [...paths].map(([stroke, d]) =>
    svg("path", { d, stroke, fill: "none", "stroke-width": width, "stroke-linejoin": "round" }),
  );
}

/** The axes with their titles and numbers. @param {Plan} plan @param {Theme} theme @returns {SVGElement[]} */
export function axesNodes(plan, theme) {
  const { isLying, axes, width } = plan;
  const apart = axes.length > 1 ? axes[1].place - axes[0].place : width;
  const halo = haloed(theme);
  return axes.flatMap(({ dimension, ticks, place }, axis) => {
    const [[x0, y0], [x1, y1]] = [pointOf(plan, axis, 0), pointOf(plan, axis, 1)];
    const line = svg("path", {
      d: `M${x0} ${y0}L${x1} ${y1}`,
      stroke: css(theme.muted),
      "stroke-width": 1,
    });
    const numbers = ticks.map(([share, text]) => {
      const [x, y] = pointOf(plan, axis, share);
      return isLying
        ? write(text, x, y + 17, NUMBERS, theme.muted, { ...halo, "font-weight": 400 })
        : write(text, x - 8, y + 4, NUMBERS, theme.muted, {
            ...halo,
            "text-anchor": "end",
            "font-weight": 400,
          });
    });
    const title = isLying
      ? [
          write(dimension.title, x0, place - 9, NAMES, theme.ink, {
            ...halo,
            "text-anchor": "start",
          }),
        ]
      : wrap(dimension.title, NAMES, Math.min(WIDEST_TITLE, apart - 10)).map(
          (text, at, { length }) =>
            write(text, place, y1 - 12 - 15 * (length - 1 - at), NAMES, theme.ink, {
              "text-anchor": "middle",
            }),
        );
    return [line, ...numbers, ...title];
  });
}
