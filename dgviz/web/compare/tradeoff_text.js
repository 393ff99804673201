/** What the chart of error against kept weights says in words and numbers. */
import { count, plain } from "../core/format.js";

const NOTE_OF_MEANS =
  "Large dots are means over the seeds, with bars for the standard deviation of the error and the " +
  "range of the weights; small dots are single runs.";
const NOTE = "Compare numbers of weights: percentages of different networks do not compare.";
/** Smaller values are drawn there: a logarithmic axis has no 0. */
export const LEAST_WEIGHTS = 1;
export const LEAST_ERROR = 0.01;

/**
 * Where a run or a mean is drawn, and what its text says if that is not its value.
 * @param {number} kept weights @param {number} error in %
 */
export function place(kept, error) {
  const texts = [
    kept < LEAST_WEIGHTS && `${LEAST_WEIGHTS} weight`,
    error < LEAST_ERROR && `${LEAST_ERROR}% error`,
  ].filter(Boolean);
  return {
    x: Math.max(LEAST_WEIGHTS, kept),
    y: Math.max(LEAST_ERROR, error),
    note: texts.length ? `<br>drawn at ${texts.join(" and ")}: a logarithmic axis has no 0` : "",
  };
}

/**
 * The values around which the axes are: of all dots, and of the ends of their bars. An end below the
 * least error does not count: the axis would have room for nothing else.
 * @param {import("./tradeoff.js").Dot[]} dots @param {import("./tradeoff.js").Anchor[]} anchors
 */
export function drawnValues(dots, anchors) {
  const points = [...dots, ...dots.flatMap(({ each }) => each), ...anchors];
  const places = points.map(({ kept, error }) => place(kept, error));
  const ends = dots.flatMap(({ error, spread }) => [error - (spread ?? 0), error + (spread ?? 0)]);
  return {
    weights: places.map(({ x }) => x),
    errors: [...places.map(({ y }) => y), ...ends.filter((end) => end >= LEAST_ERROR)],
  };
}

/** @param {number} kept weights @param {number} error in % */
export const valuesText = (kept, error) => `${count(kept)} weights: ${error.toFixed(2)}% error`;

/**
 * The lines beneath the chart, which name the network of every published result.
 * @param {import("./tradeoff.js").Dot[]} dots @param {import("./tradeoff.js").Anchor[]} anchors that
 *   are drawn @returns {string[]}
 */
export function notesOf(dots, anchors) {
  const hasMeans = dots.some(({ each }) => each.length > 1);
  const note = hasMeans ? `${NOTE_OF_MEANS} ${NOTE}` : NOTE;
  if (!anchors.length) return [note];
  const networks = Map.groupBy(anchors, ({ network }) => network);
  const texts = [...networks].map(([network, those]) => {
    const names = those.map(({ name, source }) => `${name} (${source})`);
    return `${network}: ${[...new Set(names)].join(", ")}`;
  });
  return [note, `× marks published results, here by their networks. ${texts.join("; ")}.`];
}

/**
 * A logarithmic axis of Plotly's around these values.
 * @param {number[]} values above 0 @param {number} room factor between a value and the end of the axis
 * @param {number[]} steps multiples of the powers of ten that have a tick
 */
export function logAxis(values, room, steps) {
  const low = Math.min(...values) / room;
  const high = Math.max(...values) * room;
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const step of steps) ticks.push(Number((step * 10 ** power).toPrecision(2)));
  }
  const tickvals = ticks.filter((tick) => tick >= low && tick <= high);
  const ticktext = tickvals.map((tick) => (tick < 1000 ? plain(tick) : count(tick)));
  return { type: "log", range: [Math.log10(low), Math.log10(high)], tickvals, ticktext };
}
