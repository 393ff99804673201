/** What the trials of a cell reached, over its seeds: medians, spreads, failures, the Pareto front. */
import { known } from "../core/format.js";
import { keptFor } from "../core/kept.js";
import { cellCount } from "./grid.js";

/** The figures after every epoch, in the order in which the server sends them. */
const NAMES = /** @type {const} */ (["test", "validation", "ratio", "weights", "dead"]);

/** An accuracy below so many times that of guessing is a collapse: below 15% with ten classes. */
const NEAR_CHANCE = 1.5;
/** Cells are kept after so many epochs: the shown one, the last one, and the one shown before. */
const EPOCHS_KEPT = 3;
/** An accuracy that equals the wanted one may differ from it in its last digits. */
export const TOLERANCE = 1e-9;

/**
 * @typedef {typeof NAMES[number]} Name of a figure
 *
 * @typedef {Object} Trial
 * @property {string} id @property {number} seed @property {number} seconds
 * @property {boolean} diverged @property {boolean} stopped early, because others were better
 * @property {{[name in Name]: Array<?number>}} series after each epoch
 *
 * @typedef {Object} Spread over the seeds
 * @property {number} median NaN if no seed has a value @property {number} low @property {number} high
 *
 * @typedef {"missing"|"begun"|"done"|"diverged"|"no weights"|"near chance"} Kind
 *
 * @typedef {Object} Cell
 * @property {number} number @property {Kind} kind
 * @property {boolean} isGuessing whether it is near guessing after the shown epoch, from which it need not collapse
 * @property {number} done seeds with a result @property {number} diverged of them
 * @property {number} stopped of them early
 * @property {{[name in Name]: Spread}} figures of those that did not diverge
 */

/** Kinds of cells that failed. @param {Kind} kind */
export const hasFailed = (kind) =>
  kind === "diverged" || kind === "no weights" || kind === "near chance";

/**
 * How the trials of a cell ended, in the words of the table of all trials, and why it is said to have
 * collapsed. A cell is stopped if one of its trials was.
 * @param {Pick<Cell, "kind"|"stopped">} cell @returns {[string, string]} the second one "no" without a reason
 */
export function endOf({ kind, stopped }) {
  if (kind === "missing" || kind === "begun" || kind === "diverged") return [kind, "no"];
  return [stopped ? "stopped" : "done", kind === "done" ? "no" : kind];
}

/** Whether a cell has figures of which some are those of trials that were stopped early. @param {Cell} cell */
export const isEarly = ({ kind, stopped }) => kind === "done" && stopped > 0;

/** @param {?number} accuracy @param {number} chance accuracy of guessing */
const isNearChance = (accuracy, chance) => known(accuracy) && accuracy <= NEAR_CHANCE * chance;

/**
 * The median, as NumPy's: of an even number of values the mean of the middle two.
 * @param {number[]} values
 */
export function median(values) {
  if (!values.length) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** @param {number[]} values @returns {Spread} */
const spreadOf = (values) => ({
  median: median(values),
  low: values.length ? Math.min(...values) : NaN,
  high: values.length ? Math.max(...values) : NaN,
});

/**
 * Of a figure after an epoch. Very many sweeps have a single seed, which takes no sorting.
 * @param {Trial[]} trials @param {Name} name @param {number} epoch @returns {Spread}
 */
function spreadAfter(trials, name, epoch) {
  if (trials.length !== 1) {
    return spreadOf(trials.map((trial) => valueAt(trial, name, epoch)).filter(known));
  }
  const value = valueAt(trials[0], name, epoch) ?? NaN;
  return { median: value, low: value, high: value };
}

/**
 * The value of a figure after an epoch; of a trial that is shorter, after its last one.
 * @param {Trial} trial @param {Name} name @param {number} epoch from 1
 */
export const valueAt = ({ series }, name, epoch) =>
  series[name][Math.min(epoch, series[name].length) - 1] ?? null;

/** The trials of a sweep that are done, by their places in the grid. */
export class Trials {
  /** @param {import("./grid.js").Grid} grid */
  constructor(grid) {
    this.grid = grid;
    this.count = cellCount(grid);
    /** @type {Map<number, Trial>} by place: first the first seed of every cell, then the next seed */
    this.done = new Map();
    /** @type {Set<number>} places of trials that were begun and are not done */
    this.begun = new Set();
    /** another object after every change */
    this.version = {};
    /** @type {Map<number, Cell[]>} by epoch, the one that was asked for last at the end */
    this.kept = new Map();
    /** Of each cell, as `of` returns them. @type {Trial[][]} */
    this.byCell = [];
  }

  /**
   * Adds results as the server sends them.
   * @param {Array<[number, string, number, string, ...Array<Array<?number>>]>} rows
   * @param {number[]} begun
   */
  add(rows, begun) {
    for (const [place, id, seconds, ended, ...series] of rows) {
      const seed = this.grid.firstSeed + Math.floor(place / this.count);
      const named = Object.fromEntries(NAMES.map((name, at) => [name, series[at]]));
      this.done.set(place, {
        id,
        seed,
        seconds,
        diverged: ended === "diverged",
        stopped: ended === "stopped",
        series: /** @type {Trial["series"]} */ (named),
      });
    }
    this.begun = new Set(begun);
    this.version = {};
    this.kept.clear();
    this.byCell = [];
  }

  /** Whether all trials are done. */
  get isComplete() {
    return this.done.size >= this.count * this.grid.seeds;
  }

  /** The trials of a cell that are done, by their seeds. @param {number} cell @returns {Trial[]} */
  of(cell) {
    this.byCell[cell] ??= Array.from({ length: this.grid.seeds }, (_, seed) =>
      this.done.get(seed * this.count + cell),
    ).filter((trial) => trial !== undefined);
    return this.byCell[cell];
  }

  /** All cells after an epoch. @param {number} epoch from 1 @returns {Cell[]} by their numbers */
  cells(epoch) {
    const cells =
      this.kept.get(epoch) ??
      Array.from({ length: this.count }, (_, cell) => this.summary(cell, epoch));
    this.kept.delete(epoch);
    this.kept.set(epoch, cells);
    const [oldest] = this.kept.keys();
    if (this.kept.size > EPOCHS_KEPT) this.kept.delete(oldest);
    return cells;
  }

  /** @param {number} number @param {number} epoch @returns {Cell} */
  summary(number, epoch) {
    const trials = this.of(number);
    const sound = trials.filter((trial) => !trial.diverged);
    const figures = {
      test: spreadAfter(sound, "test", epoch),
      validation: spreadAfter(sound, "validation", epoch),
      ratio: spreadAfter(sound, "ratio", epoch),
      weights: spreadAfter(sound, "weights", epoch),
      dead: spreadAfter(sound, "dead", epoch),
    };
    const diverged = trials.length - sound.length;
    return {
      number,
      kind: this.kindOf(number, trials.length, diverged, {
        weights: figures.weights.median,
        test: spreadAfter(sound, "test", this.grid.epochs).median,
      }),
      isGuessing: isNearChance(figures.test.median, this.grid.chance),
      done: trials.length,
      diverged,
      stopped: trials.filter((trial) => trial.stopped).length,
      figures,
    };
  }

  /**
   * @param {number} cell @param {number} done @param {number} diverged
   * @param {{weights: number, test: number}} medians after the shown epoch, and after the last one
   * @returns {Kind}
   */
  kindOf(cell, done, diverged, { test, weights }) {
    if (!done) {
      const seeds = Array.from({ length: this.grid.seeds }, (_, seed) => seed * this.count + cell);
      return seeds.some((place) => this.begun.has(place)) ? "begun" : "missing";
    }
    if (2 * diverged >= done) return "diverged";
    if (weights === 0) return "no weights";
    return isNearChance(test, this.grid.chance) ? "near chance" : "done";
  }
}

/**
 * The cells that no other one is better than in both: fewer kept weights and a lower test error.
 * @param {Cell[]} cells @returns {Cell[]} with ascending weights
 */
export function frontOf(cells) {
  const sorted = comparable(cells).toSorted(
    ({ figures: a }, { figures: b }) =>
      a.weights.median - b.weights.median || b.test.median - a.test.median,
  );
  /** @type {Cell[]} */
  const front = [];
  let best = -Infinity;
  for (const cell of sorted) {
    if (cell.figures.test.median <= best) continue;
    best = cell.figures.test.median;
    front.push(cell);
  }
  return front;
}

/** The cells that have weights and learned something, as far as it is known. */
export const comparable = keptFor((/** @type {Cell[]} */ cells) =>
  cells.filter(
    ({ kind, figures: { test, weights } }) =>
      kind === "done" && known(test.median) && known(weights.median),
  ),
);

/**
 * The cell with the fewest kept weights of those that reach an accuracy on the validation images. The
 * test accuracy is not looked at: a network that is chosen by it looks better than it is.
 * @param {Cell[]} cells @param {number} accuracy a fraction @returns {?Cell}
 */
export function fewestWeights(cells, accuracy) {
  /** @type {?Cell} */
  let best = null;
  for (const cell of comparable(cells)) {
    const { weights, validation } = cell.figures;
    // It may be NaN.
    if (!(validation.median >= accuracy - TOLERANCE)) continue;
    if (
      best === null ||
      weights.median < best.figures.weights.median ||
      (weights.median === best.figures.weights.median &&
        validation.median > best.figures.validation.median)
    ) {
      best = cell;
    }
  }
  return best;
}
