/** What the cards of a sweep show at present, as the reader has chosen it or as they start. */
import { FIGURES, namesFor, scaleOf, scaleValues } from "./figures.js";
import { cellName, fixedFor, planeOf } from "./grid.js";
import { view } from "./view.js";

/** The epoch. @param {import("./grid.js").Grid} grid */
export const shownEpoch = ({ epochs }) =>
  Math.min(epochs, Math.max(1, Number(view.get("epoch")) || epochs));

/** The cells of the landscape. @param {import("./grid.js").Grid} grid */
export const shownPlane = (grid) =>
  planeOf(grid, { x: view.get("x"), y: view.get("y"), fixed: view.get("fixed") });

/** The figure. @param {import("./grid.js").Grid} grid @returns {import("./cells.js").Name} */
export function shownFigure(grid) {
  const names = namesFor(grid);
  return names.find((name) => name === view.get("figure")) ?? names[0];
}

/** Opens a cell, and shows the part of the grid that it is in. @param {import("./grid.js").Grid} grid @param {number} cell */
export function openCell(grid, cell) {
  const plane = shownPlane(grid);
  if (!plane.cells.includes(cell)) view.set("fixed", fixedFor(grid, plane, cell));
  view.set("cell", cellName(grid, cell));
}

/** @type {WeakMap<import("./cells.js").Trials, {done: number, scales: Map<string, ?import("./figures.js").Scale>}>} */
const scalesKnown = new WeakMap();

/**
 * The colours of the shown figure; kept, because there may be very many values.
 * @param {import("./cells.js").Trials} all
 */
export function shownScale(all) {
  let before = scalesKnown.get(all);
  if (!before || before.done !== all.done.size) {
    before = { done: all.done.size, scales: new Map() };
    scalesKnown.set(all, before);
  }
  const name = shownFigure(all.grid);
  const found = before.scales.get(name);
  if (found !== undefined) return found;
  const scale = scaleOf(FIGURES[name], scaleValues([...all.done.values()], name, all.grid));
  before.scales.set(name, scale);
  return scale;
}
