/** The dots of a sweep's cells, and which of them are on the Pareto front. */
import { keptFor, keptLast } from "../core/kept.js";
import { comparable, frontOf } from "./cells.js";
import { dotOf } from "./front_drawing.js";
import { insideOf } from "./ranges.js";
import { shownEpoch, shownPlane } from "./shown.js";

/**
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./grid.js").Plane} Plane
 */

/** The dots of cells, the same ones as long as these and the map are the same. */
const drawnDots = keptFor((/** @type {Cell[]} */ cells) =>
  keptLast((/** @type {Plane} */ plane) => {
    const here = new Set(plane.cells);
    const dots = comparable(cells).map((cell) => dotOf(cell, here.has(cell.number)));
    return { dots, byCell: new Map(dots.map((dot) => [dot.cell, dot])) };
  }),
);

/**
 * What is drawn of a sweep.
 * @param {import("./cells.js").Trials} trials
 */
export function dotsOf(trials) {
  const { grid } = trials;
  const cells = trials.cells(shownEpoch(grid));
  const inside = insideOf(trials);
  const { dots, byCell } = drawnDots(cells)(shownPlane(grid));
  const front = frontOf(inside.cells).flatMap(({ number }) => byCell.get(number) ?? []);
  return { grid, cells, inside, dots, byCell, front };
}
