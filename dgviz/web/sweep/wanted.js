/** The accuracy on validation images that the smallest network is to reach. */
import { known, plain } from "../core/format.js";
import { keptFor } from "../core/kept.js";
import { comparable, fewestWeights, TOLERANCE } from "./cells.js";
import { insideOf } from "./ranges.js";
import { shownEpoch } from "./shown.js";
import { view } from "./view.js";

/** @typedef {import("./cells.js").Cell} Cell */

/** Where no cell has a result yet, in %. */
const AT_FIRST = 95;

/**
 * In %: as the reader asks, or else the highest whole or half one that a cell reaches, of each sweep if
 * there are two.
 * @param {import("./cells.js").Trials[]} sweeps
 */
export function wantedPercent(sweeps) {
  const given = view.get("accuracy");
  if (given !== "" && known(Number(given))) return Number(given);
  const reached = sweeps
    .map((trials) => highestOf(trials.cells(trials.grid.epochs)))
    .filter((highest) => highest > 0);
  return reached.length ? Math.floor(200 * (Math.min(...reached) + TOLERANCE)) / 2 : AT_FIRST;
}

/**
 * What the mark of the smallest network of a sweep means, in a legend: it is at the shown epoch's place,
 * chosen after the last one, and that of the trials that are done so far.
 * @param {import("./cells.js").Trials} trials @param {number} percent see `wantedPercent`
 * @returns {string} "" if it has no such mark
 */
export function fewestLabel({ grid, isComplete }, percent) {
  if (!grid.validation) return "";
  const when = shownEpoch(grid) < grid.epochs ? " after the last epoch" : "";
  return `fewest weights for ${plain(percent)}% validation accuracy${when}${isComplete ? "" : ", so far"}`;
}

/** The highest validation accuracy; 0 without one. */
const highestOf = keptFor((/** @type {Cell[]} */ cells) =>
  comparable(cells)
    .map(({ figures }) => figures.validation.median)
    .filter(known)
    .reduce((a, b) => Math.max(a, b), 0),
);

/**
 * The cell with the fewest weights of those within the ranges that reach it, all after the last epoch.
 * @param {import("./cells.js").Trials} trials @param {number} percent
 */
export const smallestOf = (trials, percent) =>
  trials.grid.validation
    ? fewestWeights(insideOf(trials, trials.grid.epochs).cells, percent / 100)
    : null;
