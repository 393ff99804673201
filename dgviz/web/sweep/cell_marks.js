/** Marks in the cells of the map and around dots, as SVG: for page and file. */
import { css, mix } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { write } from "../kit/sheet_text.js";
import { hasFailed, isEarly } from "./cells.js";

/** Size of the letters of numbers and words on a map, in pixels. */
export const NUMBERS = 11.5;
/** A cell as wide as this has room for words. */
const WORDS = 62;
/** Of the corner that is marked where trials were stopped early: its part of a cell, and its most in pixels. */
const [CORNER_PART, MOST_CORNER] = [0.35, 9];
/** Half the width of the mark of the fewest weights in a cell, and around a dot and its ring, in pixels. */
export const [DIAMOND, DOT_DIAMOND] = [7, 14];

/**
 * @typedef {{left: number, top: number, cell: number, high: number, font?: string}} Box the corner of the first cell,
 *   its width and height; on a page, the font of its numbers
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

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

/** @param {number} x in pixels */
export const px = (x) => Number(x.toFixed(2));

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
export const middleOf = (place, width, { left, top, cell, high }) => [
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
