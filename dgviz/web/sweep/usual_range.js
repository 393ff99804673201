/** The usual values of a figure among the cells of a sweep, and how much the seeds of a cell differ. */
import { median } from "./cells.js";
import { hasPlace, stepsOf, widened } from "./figure_scale.js";

/** Tukey's whiskers: so many times the length of the middle half of the values, beyond it. */
const WHISKER = 1.5;
/** Where most values are equal, at most this part of them is beyond each end. */
const MOST_BEYOND = 0.1;

/**
 * @typedef {import("./figures.js").Figure} Figure
 *
 * The lowest and the highest value, but of values far from the others only those within the whiskers of a
 * box plot: a few bad cells would take the whole scale. Where the middle half is shorter than the shortest
 * scale, so are the whiskers, and nine of ten values are usual all the same. The highest accuracy always is,
 * because the best cells are looked for.
 * @param {Figure} figure @param {Iterable<number>} values
 * @returns {?{low: number, high: number}} null without any
 */
export function usualRange(figure, values) {
  const { steps } = stepsOf(figure);
  // Another array takes many times as long to sort.
  const sorted = Float64Array.from(values).filter(hasPlace(figure)).sort();
  const last = sorted.length - 1;
  if (last < 0) return null;
  const [lower, upper] = [0.25, 0.75].map((part) => {
    const at = part * last;
    const [below, above] = [Math.floor(at), Math.ceil(at)].map((place) => steps(sorted[place]));
    return below + (at - Math.floor(at)) * (above - below);
  });
  const reach = WHISKER * (upper - lower);
  const [first, end] = [
    sorted.findIndex((value) => steps(value) >= lower - reach),
    figure.isAccuracy ? last : sorted.findLastIndex((value) => steps(value) <= upper + reach),
  ];
  const half = { low: sorted[Math.ceil(0.25 * last)], high: sorted[Math.floor(0.75 * last)] };
  const shortest = widened(figure, half);
  const areEqual = shortest.low < half.low || shortest.high > half.high;
  const beyond = areEqual ? Math.floor(MOST_BEYOND * sorted.length) : sorted.length;
  return { low: sorted[Math.min(first, beyond)], high: sorted[Math.max(end, last - beyond)] };
}

/**
 * How much the seeds of a cell differ, in steps of the figure: the median of the differences between the
 * highest and the lowest one. 0 if no cell has two.
 * @param {Figure} figure @param {import("./cells.js").Name} name @param {import("./cells.js").Cell[]} cells
 */
export function seedNoise(figure, name, cells) {
  const { steps } = stepsOf(figure);
  const several = cells.filter(({ done, diverged }) => done - diverged > 1);
  const lengths = several
    .map(({ figures: { [name]: of } }) => of)
    .filter(({ low }) => hasPlace(figure)(low))
    .map(({ low, high }) => steps(high) - steps(low));
  return lengths.length ? median(lengths) : 0;
}
