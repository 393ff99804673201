/** The matrix of overlaps as a drawing, for a file. */
import { cividis, css, luminance } from "../core/colours.js";
import { known } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { widthOf, write } from "../kit/sheet_text.js";

/** Of a cell with an overlap, and with that of random masks beside it. */
const [NARROW, WIDE] = [64, 92];
const [CELL_HEIGHT, GAP] = [30, 2];
const [LETTERS, NUMBERS] = [13, 12];
/** Lightness at which white and black text have the same contrast. */
const MIDDLE = 0.46;
/** On dark and on light colours. */
const INKS = [
  [255, 255, 255],
  [0, 0, 0],
];

/**
 * @typedef {import("../core/colours.js").Rgb} Rgb
 *
 * Colours of a cell: its ground, and its text.
 * @param {number} share in [0, 1] @returns {{ground: Rgb, ink: Rgb}}
 */
export function coloursOf(share) {
  const ground = cividis(share);
  return { ground, ink: /** @type {Rgb} */ (INKS[luminance(ground) < MIDDLE ? 0 : 1]) };
}

/**
 * "0.12 (0.03)": an overlap, and in brackets that of random masks, where it is given.
 * @param {number} share @param {?number} [chance]
 */
export const cellText = (share, chance) =>
  known(chance) ? `${share.toFixed(2)} (${chance.toFixed(2)})` : share.toFixed(2);

/**
 * @param {Array<{label: string, shares: Array<?number>, chance?: Array<?number>}>} lines chance: of
 *   random masks; without it, the cells are narrower
 * @param {import("../kit/theme.js").Theme} theme @returns {SVGSVGElement}
 */
export function overlapDrawing(lines, theme) {
  const names = lines.map(({ label }, at) => `${at + 1}  ${label}`);
  const left = Math.max(...names.map((name) => widthOf(name, LETTERS))) + 14;
  const cell = lines.some(({ chance }) => chance) ? WIDE : NARROW;
  const width = left + lines.length * cell;
  const height = (lines.length + 1) * CELL_HEIGHT;
  /** @param {string} text @param {number} col @param {number} row @param {Rgb} ink */
  const centred = (text, col, row, ink) => {
    const x = left + (col + 0.5) * cell;
    return write(text, x, (row + 0.65) * CELL_HEIGHT, NUMBERS, ink, { "text-anchor": "middle" });
  };
  const parts = lines.flatMap(({ shares, chance }, row) => [
    centred(String(row + 1), row, 0, theme.muted),
    write(names[row], 0, (row + 1.65) * CELL_HEIGHT, LETTERS, theme.ink),
    ...shares.flatMap((share, col) => {
      if (!known(share)) return [centred("–", col, row + 1, theme.muted)];
      const { ground, ink } = coloursOf(share);
      const box = svg("rect", {
        x: left + col * cell,
        y: (row + 1) * CELL_HEIGHT,
        width: cell - GAP,
        height: CELL_HEIGHT - GAP,
        rx: 3,
        fill: css(ground),
      });
      return [box, centred(cellText(share, chance?.[col]), col, row + 1, ink)];
    }),
  ]);
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, ...parts);
}
