/** The colours of a figure: those of the usual values of its cells. */
import { cividis } from "../core/colours.js";
import { known, percent } from "../core/format.js";
import { comparable } from "./cells.js";
import { figureScale, widened } from "./figure_scale.js";
import { FIGURES } from "./figures.js";
import { seedNoise, usualRange } from "./usual_range.js";

/** Steps of the strip of colours. */
const STEPS = 24;
/**
 * The scale is at least so many times as long as the seeds of a cell differ. The medians of 80 cells without
 * any effect, each of three seeds, are spread over twice that difference: they have half of the colours.
 */
const NOISES = 4;

/**
 * The values that have colours of their own: the usual ones, see `usualRange`, and more if these hardly
 * differ. Of two sweeps they are the usual ones of each: those of a small one count as much as those of a
 * large one.
 * @param {Name} name @param {...Cell[]} sweeps the cells of each that did not fail
 * @returns {?{low: number, high: number}} null without a value
 */
export function colourRange(name, ...sweeps) {
  const figure = FIGURES[name];
  const ranges = sweeps
    .map((cells) => usualRange(figure, mediansOf(name, learned(figure, cells))))
    .filter((range) => range !== null);
  if (!ranges.length) return null;
  const both = {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  };
  const all = sweeps.flat();
  const most = all
    .map(({ figures }) => figures[name].high)
    .filter(known)
    .reduce((a, b) => Math.max(a, b), -Infinity);
  return widened(figure, both, NOISES * seedNoise(figure, name, all), most);
}

/**
 * Of cells whose accuracy decides, those that have learned something, if any has: early in training, some have
 * not yet, and would take the whole scale.
 * @param {import("./figures.js").Figure} figure @param {Cell[]} cells
 */
function learned({ isAccuracy }, cells) {
  const found = isAccuracy ? cells.filter(({ isGuessing }) => !isGuessing) : [];
  return found.length ? found : cells;
}

/** @param {Name} name @param {Cell[]} cells */
const mediansOf = (name, cells) => cells.map(({ figures }) => figures[name].median);

/**
 * Values beyond the range have the colour of its end, as the tick there says. Failed cells have no colour.
 *
 * @typedef {import("./cells.js").Name} Name
 * @typedef {import("./cells.js").Cell} Cell
 *
 * @typedef {Object} Scale
 * @property {(value: number) => import("../core/colours.js").Rgb} colourOf
 * @property {import("../core/colours.js").Rgb[]} colours @property {Array<[number, string]>} ticks
 *
 * @param {Name} name @param {...Cell[]} sweeps all cells of each
 * @returns {?Scale} null without a value
 */
export function colourScale(name, ...sweeps) {
  const cells = sweeps.map(comparable);
  const range = colourRange(name, ...cells);
  const scale = range && figureScale(FIGURES[name], Object.values(range));
  if (!scale) return null;
  const { place } = scale;
  return {
    colourOf: (value) => cividis(place(value)),
    colours: Array.from({ length: STEPS }, (_, i) => cividis(i / (STEPS - 1))),
    ticks: ticksOf(FIGURES[name], scale, mediansOf(name, cells.flat())),
  };
}

/**
 * At both ends and at two places between them.
 * @param {import("./figures.js").Figure} figure @param {import("./figure_scale.js").FigureScale} scale
 * @param {number[]} values all, of which some may be beyond the ends
 * @returns {Array<[number, string]>}
 */
function ticksOf({ text, isAccuracy, isCount }, { low, high, place, value }, values) {
  const between = [value(1 / 3), value(2 / 3)];
  const ends = [low, high].map(Math.round);
  const inner = isCount ? between.map(Math.round).filter((one) => !ends.includes(one)) : between;
  const marked = [...new Set([low, ...inner, high])];
  // Short labels keep the strip of a file short, but they must differ.
  const isShort =
    isAccuracy && new Set(marked.map((one) => percent(one, 1))).size === marked.length;
  const label = (/** @type {number} */ one) => (isShort ? percent(one, 1) : text(one));
  const [hasLower, hasHigher] = [values.some((one) => one < low), values.some((one) => one > high)];
  /** @param {number} one */
  const beyond = (one) => (one === low && hasLower ? "≤ " : one === high && hasHigher ? "≥ " : "");
  return high > low
    ? marked.map((one) => [place(one), beyond(one) + label(one)])
    : [[0.5, text(low)]];
}
