/** What the cards of a sweep show at present, as the reader has chosen it or as they start. */
import { keptFor, keptLast } from "../core/kept.js";
import { colourScale } from "./colour_scale.js";
import { namesFor } from "./figures.js";
import { cellLike, cellName, cellNamed, cellText, fixedFor, fixedWith, planeOf } from "./grid.js";
import { pointed, view } from "./view.js";

/** @typedef {import("./grid.js").Grid} Grid */

/** The epoch. @param {import("./grid.js").Grid} grid */
export const shownEpoch = ({ epochs }) =>
  Math.min(epochs, Math.max(1, Number(view.get("epoch")) || epochs));

/** The cells of the landscape; the same object as long as they are the same. @param {import("./grid.js").Grid} grid */
export const shownPlane = (grid) => planesOf(grid)(view.get("x"), view.get("y"), view.get("fixed"));

const planesOf = keptFor((/** @type {Grid} */ grid) =>
  keptLast((/** @type {string[]} */ ...[x, y, fixed]) => planeOf(grid, { x, y, fixed })),
);

/**
 * The epochs among which one chooses: two sweeps have one scrubber.
 * @param {import("./cells.js").Trials[]} all sweeps on the page
 */
export function shownEpochs(all) {
  const most = Math.max(...all.map(({ grid }) => grid.epochs));
  return { most, at: Math.min(most, Math.max(1, Number(view.get("epoch")) || most)) };
}

/**
 * The cell of a sweep that a text names, or that has the same settings as the named cell of the other one.
 * @param {Grid[]} grids of the sweeps on the page, the one that is asked about first @param {string} text
 * @returns {?number}
 */
function cellFor([grid, ...others], text) {
  const own = cellNamed(grid, text);
  if (own !== null) return own;
  const [like = null] = others.flatMap((other) => {
    const cell = cellNamed(other, text);
    return cell === null ? [] : [cellLike(grid, other, cell)];
  });
  return like;
}

/** The cell that is pointed at; null if the first sweep has no such one. @param {...Grid} grids as in `cellFor` */
export const pointedCell = (...grids) => cellFor(grids, pointed.get("cell"));

/** The opened one; null if the first sweep has no such one. @param {...Grid} grids as in `cellFor` */
export const openedCell = (...grids) => cellFor(grids, view.get("cell"));

/**
 * Said where a cell of the other sweep is pointed at or opened; "" unless it is.
 * @param {string} text that names it @param {Grid[]} grids as in `cellFor`
 */
export function missingText(text, grids) {
  if (cellFor(grids, text) !== null) return "";
  for (const other of grids.slice(1)) {
    const cell = cellNamed(other, text);
    if (cell !== null) return `This sweep has no such cell: ${cellText(other, cell)}.`;
  }
  return "";
}

/** @param {import("./grid.js").Grid} grid @param {?number} cell null for none */
export const pointAt = (grid, cell) =>
  pointed.set("cell", cell === null ? "" : cellName(grid, cell));

/** The figure, the same one of two sweeps. @param {...import("./grid.js").Grid} grids @returns {import("./cells.js").Name} */
export function shownFigure(...grids) {
  const names = namesFor(...grids);
  return names.find((name) => name === view.get("figure")) ?? names[0];
}

/** Opens a cell, and shows the part of the grid that it is in. @param {import("./grid.js").Grid} grid @param {number} cell */
export function openCell(grid, cell) {
  const plane = shownPlane(grid);
  if (!plane.cells.includes(cell)) {
    view.set("fixed", fixedWith(view.get("fixed"), fixedFor(grid, plane, cell)));
  }
  view.set("cell", cellName(grid, cell));
}

/** The last scale, and what it is of. */
const kept = {
  name: "",
  cells: /** @type {Array<import("./cells.js").Cell[]>} */ ([]),
  scale: /** @type {?import("./colour_scale.js").Scale} */ (null),
};

/**
 * The colours of the shown figure after the shown epoch, the same ones in two sweeps; kept, because there
 * may be very many cells.
 * @param {...import("./cells.js").Trials} all sweeps on the page, in any order
 */
export function shownScale(...all) {
  const name = shownFigure(...all.map(({ grid }) => grid));
  const cells = all.map((trials) => trials.cells(shownEpoch(trials.grid)));
  const isSame =
    kept.name === name &&
    kept.cells.length === cells.length &&
    cells.every((one) => kept.cells.includes(one));
  if (!isSame) {
    Object.assign(kept, { name, cells, scale: colourScale(name, ...cells) });
  }
  return kept.scale;
}
