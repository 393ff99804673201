/** What the chart of error against kept weights says in words and numbers. */
import { count, plain } from "../core/format.js";

const NOTE =
  "Large dots are means over the seeds, with bars for the standard deviation of the error and the " +
  "range of the weights; small dots are single runs. Compare numbers of weights: percentages of " +
  "different networks do not compare.";
/** Smaller values are drawn there: a logarithmic axis has no 0. */
const LEAST = 0.01;

/**
 * The lines beneath the chart, which name the network of every published result.
 * @param {import("./tradeoff.js").Anchor[]} anchors that are drawn @returns {string[]}
 */
export function notesOf(anchors) {
  if (!anchors.length) return [NOTE];
  const networks = Map.groupBy(anchors, ({ network }) => network);
  const texts = [...networks].map(([network, those]) => {
    const names = those.map(({ name, source }) => `${name} (${source})`);
    return `${network}: ${[...new Set(names)].join(", ")}`;
  });
  return [NOTE, `× marks published results, each for its own network. ${texts.join("; ")}.`];
}

/**
 * A logarithmic axis of Plotly's around these values.
 * @param {number[]} values @param {number} room factor between a value and the end of the axis
 * @param {number[]} steps multiples of the powers of ten that have a tick
 */
export function logAxis(values, room, steps) {
  const low = Math.max(LEAST, Math.min(...values)) / room;
  const high = Math.max(LEAST, ...values) * room;
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const step of steps) ticks.push(Number((step * 10 ** power).toPrecision(2)));
  }
  const tickvals = ticks.filter((tick) => tick >= low && tick <= high);
  const ticktext = tickvals.map((tick) => (tick < 1000 ? plain(tick) : count(tick)));
  return { type: "log", range: [Math.log10(low), Math.log10(high)], tickvals, ticktext };
}
