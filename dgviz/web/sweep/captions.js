/** What cards of a sweep and their files say about its seeds, ranges and epochs. */
import { rangesSentence } from "./ranges.js";

/**
 * @param {import("../kit/mounting.js").Card} card @param {import("./cells.js").Trials} trials
 * @param {import("./ranges.js").Inside} inside the cells within the ranges
 * @returns {string[]} lines
 */
export function captionOf(card, trials, inside) {
  const { grid } = trials;
  const seeds = grid.seeds > 1 ? `median of ${grid.seeds} seeds` : "1 seed";
  return [
    `${grid.method}, sweep ${card.data.name}, ${seeds}.`,
    ...(inside.text ? [rangesSentence(grid, inside)] : []),
    ...(hasShorter(trials) ? [SHORTER] : []),
  ];
}

/**
 * Said in the place of cells; "" when there are some.
 * @param {import("./cells.js").Cell[]} [cells] none before the grid has been read
 */
export function emptyText(cells) {
  if (!cells) return "Reading the sweep.";
  return cells.every(({ kind }) => kind === "missing")
    ? "A cell appears here when one of its trials has ended."
    : "";
}

/** Said where no cell has a figure although some have a result. */
export const ALL_FAILED = "Every cell with a result has diverged or collapsed.";

/**
 * Said in the place of dots or lines when no cell has one.
 * @param {"dot"|"line"} what @param {import("./cells.js").Cell[]} [cells] none before the grid has been read
 */
export const withoutText = (what, cells = []) =>
  cells.some(({ done }) => done)
    ? ALL_FAILED
    : `A ${what} appears here for every cell with a result.`;

/** Said where figures are those after an epoch that some trials did not have. */
export const SHORTER = "Trials that ended sooner are shown after their last epoch.";

/** Whether a trial has fewer epochs than others: it was stopped early, or set to fewer. @param {import("./cells.js").Trials} trials */
export function hasShorter({ done, grid }) {
  for (const { diverged, series } of done.values()) {
    if (!diverged && series.test.length < grid.epochs) return true;
  }
  return false;
}

/**
 * After which epoch the figures of a cell's trials are shown: "epoch 9 of 9", "the last epoch, 3".
 * @param {import("./cells.js").Trial[]} trials @param {number} epoch that is shown
 * @param {{epochs: number}} grid
 */
export function epochText(trials, epoch, { epochs }) {
  const lengths = trials
    .filter(({ diverged }) => !diverged)
    .map(({ series }) => series.test.length);
  if (lengths.every((length) => length >= epoch)) return `epoch ${epoch} of ${epochs}`;
  return lengths.every((length) => length === lengths[0])
    ? `the last epoch, ${lengths[0]}`
    : `epoch ${epoch} of ${epochs} or the last one of a seed`;
}
