/** The figures that the map can show: their names and texts. */
import { count, known, percent, plain, ratio } from "../core/format.js";

/**
 * @typedef {import("./cells.js").Name} Name
 * @typedef {import("./cells.js").Cell} Cell
 *
 * @typedef {Object} Figure
 * @property {string} title @property {(value: ?number) => string} text
 * @property {(value: number) => string} tick with as few digits as the value has
 * @property {number} shortest length of a scale: a difference; of a logarithmic one, a ratio
 * @property {boolean} [isLogarithmic] whether equal ratios have equal steps of colour
 * @property {boolean} [isAccuracy] whether equal ratios of the error have them
 * @property {boolean} [isCount] whether its ticks are whole numbers
 */

const ACCURACY = {
  text: (/** @type {?number} */ value) => percent(value),
  tick: (/** @type {number} */ value) => `${plain(100 * value)}%`,
  // Two standard errors of the difference between two networks on 5,000 images, if 150 of these are right
  // for one of them only: twice the square root of 150 (McNemar 1947).
  shortest: 0.005,
  isAccuracy: true,
};

/** @type {{[name in Name]: Figure}} */
export const FIGURES = {
  validation: { title: "validation accuracy", ...ACCURACY },
  test: { title: "test accuracy", ...ACCURACY },
  ratio: { title: "active ratio r", text: ratio, tick: plain, shortest: 1.2, isLogarithmic: true },
  weights: {
    title: "kept weights",
    text: count,
    tick: count,
    shortest: 1.2,
    isLogarithmic: true,
    isCount: true,
  },
  dead: {
    title: "dead hidden units",
    text: (value) => plain(known(value) ? Math.round(10 * value) / 10 : value),
    tick: plain,
    shortest: 4,
    isCount: true,
  },
};

/** The figures that all of these sweeps have. @param {...{validation: boolean}} grids @returns {Name[]} */
export const namesFor = (...grids) =>
  /** @type {Name[]} */ (
    Object.keys(FIGURES).filter(
      (name) => name !== "validation" || grids.every(({ validation }) => validation),
    )
  );

/** "96.20% (95.90% to 96.50%)" @param {Figure} figure @param {Cell} cell @param {Name} name */
function spreadText({ text }, { figures, done, diverged }, name) {
  const { median, low, high } = figures[name];
  const sound = done - diverged;
  if (!known(median)) return text(null);
  return sound < 2 ? text(median) : `${text(median)} (${text(low)} to ${text(high)})`;
}

/** "median of 2 of 3 seeds" @param {Cell} cell @param {number} seeds of the sweep */
export function seedsText({ done, diverged }, seeds) {
  const sound = done - diverged;
  if (seeds === 1) return "1 seed";
  const of = sound === seeds ? `${seeds} seeds` : `${sound} of ${seeds} seeds`;
  return sound > 1 ? `median of ${of}` : of;
}

/**
 * All of a cell in a sentence, for its reading and for a screen reader.
 * @param {Cell} cell @param {string} place "β 0.1, τ 0.5" @param {import("./grid.js").Grid} grid
 * @param {Name} first the figure that the map shows
 */
export function cellSentence(cell, place, grid, first) {
  if (cell.kind === "missing") return `${place}: not begun yet.`;
  if (cell.kind === "begun") return `${place}: begun, and not done yet.`;
  if (cell.kind === "diverged") {
    return `${place}: the training diverged with ${cell.diverged} of ${cell.done} seeds.`;
  }
  const names = [first, ...namesFor(grid).filter((name) => name !== first)];
  const figures = names.map((name, at) => {
    const value = at
      ? FIGURES[name].text(cell.figures[name].median)
      : spreadText(FIGURES[name], cell, name);
    return `${FIGURES[name].title} ${value}`;
  });
  const why = {
    "no weights": ", collapsed: no weights are left",
    "near chance": ", collapsed: its accuracy is near that of guessing",
  };
  const failed = why[/** @type {keyof typeof why} */ (cell.kind)] ?? "";
  const early = cell.stopped ? `, ${cell.stopped} stopped early` : "";
  return `${place}${failed}: ${figures.join(", ")}; ${seedsText(cell, grid.seeds)}${early}.`;
}
