/** The axes of the map, and of the chart of a single axis, as SVG: for page and file. */
import { svg } from "../kit/dom.js";
import { widthOf, write } from "../kit/sheet_text.js";
import { NUMBERS } from "./cell_marks.js";
import { axisTitle, valueText } from "./grid.js";

/** Room for the axes under and above the cells, in pixels. */
export const [BOTTOM, TOP] = [46, 6];
/** Beside them: for the title upwards and its middle, and between a number and the cells. */
const [TITLE_WIDE, TITLE_MIDDLE, APART] = [22, 12, 8];
const NAMES = 12.5;
/** Room between two numbers across, and the room that a number takes upwards. */
const [BETWEEN, HIGH] = [4, 15];
/** Beside the cells for a title and numbers of any figure. */
export const LEFT = 74;

/**
 * Room for the axis upwards, beside the cells, in pixels.
 * @param {Grid} grid @param {Plane} plane
 */
export function leftOf({ axes }, { y }) {
  if (y === null) return LEFT;
  const widest = Math.max(...axes[y].values.map((value) => widthOf(valueText(value), NUMBERS)));
  return Math.ceil(TITLE_WIDE + widest + APART);
}

/**
 * @typedef {import("./cell_marks.js").Box} Box
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {import("./grid.js").Grid} Grid
 * @typedef {import("./grid.js").Plane} Plane
 *
 * @param {Grid} grid @param {Plane} plane @param {Box} box @param {Theme} theme
 * @returns {SVGElement[]}
 */
export function axesNodes(grid, plane, { left, top, cell, high, font }, theme) {
  const { axes } = grid;
  const { x, y, width, height } = plane;
  const bottom = top + height * high;
  // Cells that are not done yet are empty.
  const frame = { x: left, y: top, width: width * cell, height: height * high, fill: "none" };
  /** @type {SVGElement[]} */
  const nodes = [
    svg("rect", { ...frame, stroke: theme.grid }),
    ...axisAcross(axes[x], { left, bottom, cell, font }, theme),
  ];
  if (y === null) return nodes;
  const up = axes[y].values.map(valueText);
  const skip = Math.max(1, Math.ceil(HIGH / high));
  up.forEach((text, at) => {
    if (at % skip) return;
    const place = bottom - (at + 0.5) * high + 4;
    nodes.push(write(text, left - APART, place, NUMBERS, theme.muted, { "text-anchor": "end" }));
  });
  const start = left - leftOf(grid, plane);
  nodes.push(titleUpwards(axisTitle(axes[y]), start, (top + bottom) / 2, theme));
  return nodes;
}

/**
 * The values of an axis under its cells, and its title.
 * @param {import("./grid.js").Axis} axis @param {{left: number, bottom: number, cell: number, font?: string}} place of the first cell
 * @param {Theme} theme @returns {SVGElement[]}
 */
export function axisAcross(axis, { left, bottom, cell, font }, theme) {
  const texts = axis.values.map(valueText);
  const step = labelStep(
    texts.map((text) => widthOf(text, NUMBERS, font)),
    cell,
  );
  const middle = { "text-anchor": "middle" };
  const numbers = texts.flatMap((text, at) =>
    at % step
      ? []
      : [write(text, left + (at + 0.5) * cell, bottom + 15, NUMBERS, theme.muted, middle)],
  );
  const centre = left + (texts.length * cell) / 2;
  return [...numbers, write(axisTitle(axis), centre, bottom + 35, NAMES, theme.ink, middle)];
}

/**
 * Of the labels across, every one, every second and so on has room.
 * @param {number[]} widths of all labels @param {number} cell width of a cell
 */
export function labelStep(widths, cell) {
  for (let step = 1; step < widths.length; step++) {
    const has = widths.every(
      (wide, at) =>
        at % step > 0 ||
        at + step >= widths.length ||
        (wide + widths[at + step]) / 2 + BETWEEN <= step * cell,
    );
    if (has) return step;
  }
  return Math.max(1, widths.length);
}

/** The title of the axis upwards. @param {string} text @param {number} start where its room begins @param {number} centre @param {Theme} theme */
export const titleUpwards = (text, start, centre, theme) =>
  write(text, start + TITLE_MIDDLE, centre, NAMES, theme.ink, {
    "text-anchor": "middle",
    transform: `rotate(-90 ${start + TITLE_MIDDLE} ${centre})`,
  });
