/** The axes of the map, its lines of equal values, and marks in its cells, as SVG: for page and file. */

import { css, mix } from "../core/colours.js";
import { isoLines } from "../core/contours.js";
import { svg } from "../kit/dom.js";
import { widthOf, write } from "../kit/sheet_text.js";
import { hasFailed, isEarly } from "./cells.js";
import { axisTitle, valueText } from "./grid.js";

/** Room for the axes under and above the cells, in pixels. */
export const [BOTTOM, TOP] = [46, 6];
/** Beside them: for the title upwards and its middle, and between a number and the cells. */
const [TITLE_WIDE, TITLE_MIDDLE, APART] = [22, 12, 8];
const [NUMBERS, NAMES] = [11.5, 12.5];
/** Room between two numbers across, and the room that a number takes upwards. */
const [BETWEEN, HIGH] = [4, 15];
/** Beside the cells for a title and numbers of any figure. */
export const LEFT = 74;
/** A cell as wide as this has room for words. */
const WORDS = 62;
/** Of the corner that is marked where trials were stopped early: its part of a cell, and its most in pixels. */
const [CORNER_PART, MOST_CORNER] = [0.35, 9];
/** Half the width of the mark of the fewest weights in a cell, and around a dot and its ring, in pixels. */
const DIAMOND = 7;
export const DOT_DIAMOND = 14;
/** Two lines are so far apart for most of their lengths, in pixels; so many points decide. */
const [LINES_APART, POINTS_COMPARED] = [10, 40];
/** Room between two labels of lines, and the height of one. */
const [LABEL_APART, LABEL_HIGH] = [8, 17];
/** A line is at least so many times as long as its label is wide. */
const LEAST_LENGTH = 2.5;

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
 * @typedef {{left: number, top: number, cell: number, high: number, font?: string}} Box the corner of the first cell,
 *   its width and height; on a page, the font of its numbers
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

/**
 * @typedef {Object} Lines of equal values
 * @property {number[]} values by place in the picture; NaN for none
 * @property {number[]} levels @property {(level: number) => string} text
 * @property {boolean} isDashed
 *
 * Lines with their labels. A level is left out if there is no room for its label, if its line is hardly
 * longer than the label, or if it lies close to another one, of its kind or of an earlier kind: they could
 * not be told apart.
 * @param {Lines[]} kinds the one that matters most first @param {number} fewest place of the cell with a mark in it, -1 for none
 * @param {number} width in cells @param {Box} box @param {Theme} theme
 * @returns {SVGElement[]}
 */
export function lineNodes(kinds, fewest, width, box, theme) {
  const { left, top, cell, high } = box;
  /** @type {Label[]} */
  const labelled = [];
  if (fewest >= 0) {
    const [x, y] = middleOf(fewest, width, box);
    labelled.push({ x, y, wide: 2 * DIAMOND });
  }
  const [paths, labels] = [/** @type {SVGElement[]} */ ([]), /** @type {SVGElement[]} */ ([])];
  /** @type {Point[]} of all lines */
  const drawn = [];
  for (const { values, levels, text, isDashed } of kinds) {
    // The highest levels matter most.
    for (const level of levels.toReversed()) {
      const lines = isoLines(values, width, level).map((line) =>
        line.map(([col, row]) => [left + col * cell, top + row * high]),
      );
      if (!lines.length || areClose(lines.flat(), drawn)) continue;
      const longest = lines.reduce((a, b) => (b.length > a.length ? b : a));
      // From the middle of the line outwards: a short line has two points, both of them ends.
      const places = longest.flatMap((point, at) =>
        at ? [between(longest[at - 1], point), point] : [point],
      );
      const middle = (places.length - 1) / 2;
      const wide = widthOf(text(level), NUMBERS);
      if (lengthOf(longest) < LEAST_LENGTH * wide) continue;
      const free = places
        .map(([x, y], at) => ({ x, y, wide, off: Math.abs(at - middle) }))
        .sort((a, b) => a.off - b.off)
        .find((label) => labelled.every((other) => areApart(label, other)));
      if (!free) continue;
      labelled.push(free);
      drawn.push(...lines.flat());
      labels.push(write(text(level), free.x, free.y + 4, NUMBERS, theme.ink, haloed(theme)));
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
    }
  }
  return [...paths, ...labels];
}

/** @param {Point} a @param {Point} b @returns {Point} */
const between = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/** In pixels. @param {Point[]} line */
const lengthOf = (line) =>
  line.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - line[at][0], y - line[at][1]), 0);

/**
 * Whether most points of a line are near other points.
 * @typedef {number[]} Point x and y in pixels
 * @param {Point[]} line @param {Point[]} others
 */
export function areClose(line, others) {
  const isNear = (/** @type {Point} */ [x, y]) =>
    others.some(([left, top]) => Math.hypot(x - left, y - top) < LINES_APART);
  const every = Math.ceil(line.length / POINTS_COMPARED);
  const compared = line.filter((_, at) => at % every === 0);
  return compared.filter(isNear).length > compared.length / 2;
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

/**
 * Around the dot of the cell with the fewest weights, or in its cell: a diamond.
 * @param {number} x @param {number} y its middle @param {number} r half its width @param {Theme} theme
 */
export function diamondNode(x, y, r, theme) {
  const look = { d: diamondPath(x, y, r), fill: "none", "stroke-linejoin": "round" };
  return svg(
    "g",
    {},
    svg("path", { ...look, stroke: css(theme.ground), "stroke-width": 5 }),
    svg("path", { ...look, stroke: css(theme.ink), "stroke-width": 2 }),
  );
}

/** @param {number} x @param {number} y its middle @param {number} r half its width */
export const diamondPath = (x, y, r) => `M${px(x)} ${px(y - r)}l${r} ${r}l${-r} ${r}l${-r} ${-r}Z`;

/** @param {number} x */
const px = (x) => Number(x.toFixed(2));

/**
 * A ring in every cell that was begun, the reason in every one that failed if there is room, a marked
 * corner in every one with trials that were stopped early, and a diamond in that with the fewest weights.
 * @param {import("./cells.js").Cell[]} cells by place in the picture
 * @param {number} fewest place of the one with the fewest weights, -1 for none @param {number} width in cells
 * @param {Box} box @param {Theme} theme @returns {SVGElement[]}
 */
export function markNodes(cells, fewest, width, box, theme) {
  const { left, top, cell, high } = box;
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
    const [x, y] = middleOf(place, width, box);
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
  const diamond = fewest < 0 ? [] : [diamondNode(...middleOf(fewest, width, box), DIAMOND, theme)];
  return [early, ...marks, ...diamond];
}

/** The middle of a cell. @param {number} place @param {number} width in cells @param {Box} box @returns {[number, number]} */
const middleOf = (place, width, { left, top, cell, high }) => [
  left + ((place % width) + 0.5) * cell,
  top + (Math.floor(place / width) + 0.5) * high,
];

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
