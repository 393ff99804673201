/** The axes of the map, its lines of equal values, and marks in its cells, as SVG: for page and file. */

import { css, mix } from "../core/colours.js";
import { isoLines } from "../core/contours.js";
import { svg } from "../kit/dom.js";
import { widthOf, write } from "../kit/sheet_text.js";
import { hasFailed, isEarly } from "./cells.js";
import { axisTitle, valueText } from "./grid.js";

/** Room for the axes beside and under the cells, in pixels. */
export const [LEFT, BOTTOM, TOP] = [74, 46, 6];
const [NUMBERS, NAMES] = [11.5, 12.5];
/** Room that a number takes along each axis. */
const [WIDE, HIGH] = [12, 15];
/** A cell as wide as this has room for words. */
const WORDS = 62;
/** Of the corner that is marked where trials were stopped early: its part of a cell, and its most in pixels. */
const [CORNER_PART, MOST_CORNER] = [0.35, 9];
/** Room between two labels of lines, and the height of one. */
const [LABEL_APART, LABEL_HIGH] = [8, 17];

/**
 * @typedef {{left: number, top: number, cell: number, high: number}} Box the corner of the first cell, its width and height
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {import("./grid.js").Grid} Grid
 * @typedef {import("./grid.js").Plane} Plane
 *
 * @param {Grid} grid @param {Plane} plane @param {Box} box @param {Theme} theme
 * @returns {SVGElement[]}
 */
export function axesNodes({ axes }, { x, y, width, height }, { left, top, cell, high }, theme) {
  const bottom = top + height * high;
  // Cells that are not done yet are empty.
  const frame = { x: left, y: top, width: width * cell, height: height * high, fill: "none" };
  /** @type {SVGElement[]} */
  const nodes = [
    svg("rect", { ...frame, stroke: theme.grid }),
    ...axisAcross(axes[x], { left, bottom, cell }, theme),
  ];
  if (y === null) return nodes;
  const up = axes[y].values.map(valueText);
  const skip = Math.max(1, Math.ceil(HIGH / high));
  up.forEach((text, at) => {
    if (at % skip) return;
    const place = bottom - (at + 0.5) * high + 4;
    nodes.push(write(text, left - 8, place, NUMBERS, theme.muted, { "text-anchor": "end" }));
  });
  nodes.push(titleUpwards(axisTitle(axes[y]), left, (top + bottom) / 2, theme));
  return nodes;
}

/**
 * The values of an axis under its cells, and its title.
 * @param {import("./grid.js").Axis} axis @param {{left: number, bottom: number, cell: number}} place of the first cell
 * @param {Theme} theme @returns {SVGElement[]}
 */
export function axisAcross(axis, { left, bottom, cell }, theme) {
  const texts = axis.values.map(valueText);
  const widest = Math.max(...texts.map((text) => widthOf(text, NUMBERS)));
  const step = Math.max(1, Math.ceil((widest + WIDE) / cell));
  const middle = { "text-anchor": "middle" };
  const numbers = texts.flatMap((text, at) =>
    at % step
      ? []
      : [write(text, left + (at + 0.5) * cell, bottom + 15, NUMBERS, theme.muted, middle)],
  );
  const centre = left + (texts.length * cell) / 2;
  return [...numbers, write(axisTitle(axis), centre, bottom + 35, NAMES, theme.ink, middle)];
}

/** The title of the axis upwards. @param {string} text @param {number} left where the picture begins @param {number} centre @param {Theme} theme */
export const titleUpwards = (text, left, centre, theme) =>
  write(text, left - 58, centre, NAMES, theme.ink, {
    "text-anchor": "middle",
    transform: `rotate(-90 ${left - 58} ${centre})`,
  });

/**
 * @typedef {Object} Lines of equal values
 * @property {number[]} values by place in the picture; NaN for none
 * @property {number[]} levels @property {(level: number) => string} text
 * @property {boolean} isDashed
 *
 * Lines with their labels; a label without room is left out.
 * @param {Lines[]} kinds @param {number} width in cells @param {Box} box @param {Theme} theme
 * @returns {SVGElement[]}
 */
export function lineNodes(kinds, width, { left, top, cell, high }, theme) {
  /** @type {Label[]} */
  const labelled = [];
  const [paths, labels] = [/** @type {SVGElement[]} */ ([]), /** @type {SVGElement[]} */ ([])];
  for (const { values, levels, text, isDashed } of kinds) {
    for (const level of levels) {
      const lines = isoLines(values, width, level).map((line) =>
        line.map(([col, row]) => [left + col * cell, top + row * high]),
      );
      if (!lines.length) continue;
      const d = lines
        .map((line) => `M${line.map((point) => point.map(px).join(" ")).join("L")}`)
        .join("");
      const common = { d, fill: "none", "stroke-linejoin": "round" };
      paths.push(
        svg("path", { ...common, stroke: css(theme.ground, 0.85), "stroke-width": 3.6 }),
        svg("path", {
          ...common,
          stroke: css(theme.ink),
          "stroke-width": 1.4,
          ...(isDashed ? { "stroke-dasharray": "5 4" } : {}),
        }),
      );
      const longest = lines.reduce((a, b) => (b.length > a.length ? b : a));
      // From the middle of the line outwards.
      const middle = (longest.length - 1) / 2;
      const wide = widthOf(text(level), NUMBERS);
      const free = longest
        .toSorted(
          (a, b) => Math.abs(longest.indexOf(a) - middle) - Math.abs(longest.indexOf(b) - middle),
        )
        .map(([x, y]) => ({ x, y, wide }))
        .find((label) => labelled.every((other) => areApart(label, other)));
      if (!free) continue;
      labelled.push(free);
      labels.push(write(text(level), free.x, free.y + 4, NUMBERS, theme.ink, haloed(theme)));
    }
  }
  return [...paths, ...labels];
}

/**
 * Whether both labels have room.
 * @typedef {{x: number, y: number, wide: number}} Label its middle and its width
 * @param {Label} a @param {Label} b
 */
const areApart = (a, b) =>
  Math.abs(a.x - b.x) > (a.wide + b.wide) / 2 + LABEL_APART || Math.abs(a.y - b.y) > LABEL_HIGH;

/** Text that can be read on every colour. @param {Theme} theme */
export const haloed = (theme) => ({
  "text-anchor": "middle",
  "paint-order": "stroke",
  stroke: css(theme.ground, 0.9),
  "stroke-width": 3.5,
  "stroke-linejoin": "round",
  "font-weight": 600,
});

/** @param {number} x */
const px = (x) => Number(x.toFixed(2));

/**
 * A ring in every cell that was begun, the reason in every one that failed if there is room, and a marked
 * corner in every one with trials that were stopped early.
 * @param {import("./cells.js").Cell[]} cells by place in the picture @param {number} width in cells
 * @param {Box} box @param {Theme} theme @returns {SVGElement[]}
 */
export function markNodes(cells, width, { left, top, cell, high }, theme) {
  const side = Math.min(MOST_CORNER, CORNER_PART * Math.min(cell, high));
  const corners = cells.map((one, place) =>
    isEarly(one)
      ? cornerPath(
          left + ((place % width) + 1) * cell,
          top + Math.floor(place / width) * high,
          side,
        )
      : "",
  );
  const marks = cells.flatMap(({ kind }, place) => {
    /** @type {SVGElement[]} */
    const none = [];
    const x = left + ((place % width) + 0.5) * cell;
    const y = top + (Math.floor(place / width) + 0.5) * high;
    if (kind === "begun") return [begunRing(x, y, Math.min(cell, high), theme)];
    if (!hasFailed(kind) || cell < WORDS) return none;
    return kind.split(" ").map((word, i, { length }) =>
      write(word, x, y + 4 + (i - (length - 1) / 2) * 13, NUMBERS, theme.ink, {
        ...haloed(theme),
        "font-weight": 400,
      }),
    );
  });
  const early = svg("path", {
    d: corners.join(""),
    fill: css(theme.ink),
    stroke: css(theme.ground),
    "stroke-width": side / 6,
  });
  return [early, ...marks];
}

/** Of a dot whose cell is outside of the ranges. @param {Theme} theme @returns {import("../core/colours.js").Rgb} */
export const outsideColour = ({ muted, card }) => mix(muted, card, 0.5);

/** The upper right corner of a cell. @param {number} right @param {number} top @param {number} side in pixels */
export const cornerPath = (right, top, side) =>
  `M${px(right - side)} ${px(top)}h${px(side)}v${px(side)}Z`;

/** The mark of a cell that was begun. @param {number} x @param {number} y its middle @param {number} cell its side @param {Theme} theme */
export const begunRing = (x, y, cell, theme) =>
  svg("circle", {
    cx: px(x),
    cy: px(y),
    r: Math.min(7, cell / 4),
    fill: "none",
    stroke: css(theme.active),
    "stroke-width": 2,
  });

/**
 * A ring around a dot, which can be seen on every colour.
 * @param {number} x @param {number} y @param {number} r @param {import("../core/colours.js").Rgb} colour
 * @param {Theme} theme
 */
export function ringNode(x, y, r, colour, theme) {
  const at = { cx: px(x), cy: px(y), r, fill: "none" };
  return svg(
    "g",
    {},
    svg("circle", { ...at, stroke: css(theme.ground), "stroke-width": 4.5 }),
    svg("circle", { ...at, stroke: css(colour), "stroke-width": 2 }),
  );
}
