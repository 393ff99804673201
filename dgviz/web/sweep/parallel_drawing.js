/** Parallel coordinates as they are drawn: lines on a canvas or as SVG, and axes as SVG. */
import { contrast, css } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { wrap, write } from "../kit/sheet_text.js";
import { haloed } from "./cell_marks.js";
import { NUMBERS, pointOf } from "./parallel_plan.js";

const NAMES = 12.5;
/** The widest line of a title above a standing axis, in pixels. */
const WIDEST_TITLE = 104;
/** The more lines there are, the less opaque they are, down to this. */
const LEAST_OPACITY = 0.25;
const FEW = 60;
/** Of lines outside of the ranges, which are drawn on a canvas that is half transparent. */
const LEAST_OUTSIDE_OPACITY = 0.06;
/** A line has an outline if its colour has less contrast on the ground, as strong as it lacks contrast. */
const LEAST_CONTRAST = 2;
/** On both sides together, in pixels. */
const OUTLINE = 1.6;
/** Of the edge around letters, on both sides together: lines do not touch them. */
const LETTER_EDGE = 6;

/**
 * @typedef {import("./parallel_plan.js").Plan} Plan
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {import("../core/colours.js").Rgb} Rgb
 *
 * @typedef {Object} Look of lines
 * @property {(line: number) => Rgb} colourOf @property {number} [opacity]
 * @property {number} width in pixels
 * @property {Theme} [outlinedIn] the theme on whose cards every line can be seen, by its outline
 */

/** @param {number} count of lines */
export const opacityOf = (count) =>
  count <= FEW ? 0.9 : Math.max(LEAST_OPACITY, 0.9 * (FEW / count) ** 0.3);

/** Very many lines would add up to a surface. @param {number} count of lines outside of the ranges */
export const outsideOpacityOf = (count) =>
  count <= FEW ? 0.7 : Math.max(LEAST_OUTSIDE_OPACITY, 0.7 * (FEW / count) ** 0.5);

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
 * The strokes of lines, in the order in which they are drawn: all outlines, and above them the lines.
 * @param {Iterable<number>} lines places among all, from the first to the last that is drawn
 * @param {Look} look
 */
export function* strokesOf(lines, { colourOf, opacity = 1, width, outlinedIn }) {
  const drawn = [...lines].map((line) => ({ line, colour: colourOf(line) }));
  if (outlinedIn) {
    for (const { line, colour } of drawn) {
      const lacking = (LEAST_CONTRAST - contrast(colour, outlinedIn.card)) / (LEAST_CONTRAST - 1);
      if (lacking <= 0) continue;
      const stroke = css(outlinedIn.muted, Number((opacity * lacking).toFixed(2)));
      yield { line, stroke, width: width + OUTLINE };
    }
  }
  for (const { line, colour } of drawn) yield { line, stroke: css(colour, opacity), width };
}

/**
 * Strokes lines on a canvas.
 * @param {CanvasRenderingContext2D} context @param {Plan} plan
 * @param {Iterable<number>} lines as in `strokesOf` @param {Look} look
 */
export const paintLines = (context, plan, lines, look) =>
  paintStrokes(context, plan, strokesOf(lines, look));

/**
 * Paints the next strokes.
 * @param {CanvasRenderingContext2D} context @param {Plan} plan @param {ReturnType<typeof strokesOf>} strokes
 * @param {number} [most] so many @returns {boolean} whether there are no more
 */
export function paintStrokes(context, plan, strokes, most = Infinity) {
  context.lineJoin = "round";
  for (let painted = 0; painted < most; painted++) {
    const { done, value } = strokes.next();
    if (done) return true;
    context.beginPath();
    trace(plan, value.line, context);
    context.strokeStyle = value.stroke;
    context.lineWidth = value.width;
    context.stroke();
  }
  return false;
}

/**
 * The same lines for a file, each colour as one path.
 * @param {Plan} plan @param {Iterable<number>} lines @param {Look} look
 */
export function lineNodes(plan, lines, look) {
  /** @type {Map<string, {stroke: string, width: number, d: string}>} */
  const paths = new Map();
  for (const { line, stroke, width } of strokesOf(lines, look)) {
    const points = plan.lines.map((shares, axis) =>
      pointOf(plan, axis, shares[line])
        .map((at) => at.toFixed(1))
        .join(" "),
    );
    const key = `${stroke} ${width}`;
    const path = paths.get(key) ?? { stroke, width, d: "" };
    path.d += `M${points.join("L")}`;
    paths.set(key, path);
  }
  return [...paths.values()].map(({ stroke, width, d }) =>
    svg("path", { d, stroke, fill: "none", "stroke-width": width, "stroke-linejoin": "round" }),
  );
}

/** The axes with their titles and numbers. @param {Plan} plan @param {Theme} theme @returns {SVGElement[]} */
export function axesNodes(plan, theme) {
  const { isLying, axes, width } = plan;
  const apart = axes.length > 1 ? axes[1].place - axes[0].place : width;
  const edged = { ...haloed(theme), stroke: css(theme.card), "stroke-width": LETTER_EDGE };
  const plainly = { ...edged, "font-weight": 400 };
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
        ? write(text, x, y + 17, NUMBERS, theme.ink, plainly)
        : write(text, x - 9, y + 4, NUMBERS, theme.ink, { ...plainly, "text-anchor": "end" });
    });
    const title = isLying
      ? [
          write(dimension.title, x0, place - 9, NAMES, theme.ink, {
            ...edged,
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
