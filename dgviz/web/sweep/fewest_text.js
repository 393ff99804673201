/** The answer to which cell reaches an accuracy with the fewest weights, in sentences. */
import { count, known, percent } from "../core/format.js";
import { ALL_FAILED } from "./captions.js";
import { comparable } from "./cells.js";
import { seedsText } from "./figures.js";
import { cellText } from "./grid.js";

/**
 * Cells whose seeds are not all done count as well, or nothing could be said until the last seeds are
 * trained; then the answer says what it rests on.
 *
 * @typedef {Pick<import("./cells.js").Trials, "grid"|"isComplete">} Sweep
 *
 * @param {Sweep} sweep @param {import("./cells.js").Cell} cell
 */
export function answerText({ grid, isComplete }, cell) {
  const { number, figures, stopped } = cell;
  const of = grid.seeds > 1 ? `, ${seedsText(cell, grid.seeds)}` : "";
  const early = stopped ? `, ${stopped} stopped early` : "";
  return (
    `${isComplete ? "" : "So far, "}${cellText(grid, number)} has the fewest, ` +
    `${count(figures.weights.median)}: it reaches ` +
    `${percent(figures.validation.median)} on the validation images, by which it was chosen, and ` +
    `${percent(figures.test.median)} on the test images${of}${early}.`
  );
}

/** @param {Sweep} sweep @param {import("./cells.js").Cell[]} cells @param {string} wanted in % */
export function noneText({ isComplete }, cells, wanted) {
  const reached = comparable(cells)
    .map(({ figures }) => figures.validation.median)
    .filter(known);
  if (!cells.some(({ done }) => done)) return "No cell has a result yet.";
  if (!reached.length) return ALL_FAILED;
  const best = reached.reduce((a, b) => Math.max(a, b));
  return `No cell reaches ${wanted}% on the validation images${isComplete ? "" : " so far"}. The highest accuracy there is ${percent(best)}.`;
}
