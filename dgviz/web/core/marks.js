/**
 * Marks in the curves, for changes of knobs and for events of the method: a line, a label, and a
 * text on hover. A mark is a log entry of kind "knob" or "event".
 */
import { css } from "./colours.js";
import { count, plain } from "./format.js";

/** The widest character of a label, and the gap after a label, in CSS pixels. */
const [CHARACTER_PX, FREE_PX] = [6.6, 14];
/** Values of one setting that a label lists. Of more it lists the first and the last. */
const MAX_VALUES = 4;
/** Settings and kinds of events that a label or a legend lists. */
const MAX_NAMES = 4;
/** Events of one name that are all marked. Of more, the first and the last are. */
const MAX_EVENTS = 10;

/**
 * @typedef {import("./store.js").Mark} Mark
 * @typedef {import("./store.js").MethodEvent} MethodEvent
 * @typedef {import("../kit/theme.js").Theme} Theme
 *
 * @typedef {Object} LabelGroup marks that share a label
 * @property {string[]} lines of its text @property {Mark[]} marks
 * @property {number} start of the label, as a share of the axis
 * @property {number} end likewise
 */

/**
 * Selects at most `most` marks: the first, the last, and others evenly between them.
 * @template T
 * @param {T[]} marks in order @param {number} [most] @returns {T[]}
 */
export function sampleEvenly(marks, most = 200) {
  if (marks.length <= most) return marks;
  const stride = (marks.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => marks[Math.round(i * stride)]);
}

/** Whether a value changed; a cancelled plan has no new value. @param {Mark} entry */
export const isChange = (entry) => entry.kind === "event" || entry.from !== entry.to;

/**
 * The newest change of a knob. @param {Mark[]} marks in order @param {string} name
 * @returns {import("./store.js").KnobMove | undefined}
 */
export const lastMove = (marks, name) =>
  marks.filter((entry) => entry.kind === "knob").findLast(({ knob }) => knob === name);

/**
 * Keeps all changes of knobs, and of events with one name, of which there may be hundreds, a few or
 * the first and the last. charts/marks.py has the same rule.
 * @param {Mark[]} marks in order
 * @returns {Mark[]} those of a series have their `number`, from 1, of `times`; the first has `until`
 */
export function collapseSeries(marks) {
  /** @type {Map<string, MethodEvent[]>} */
  const byName = new Map();
  for (const entry of marks) {
    if (entry.kind !== "event") continue;
    const series = byName.get(entry.name);
    if (series) series.push(entry);
    else byName.set(entry.name, [entry]);
  }
  /** @type {Map<string, number>} */
  const seen = new Map();
  return marks.flatMap((entry) => /** @type {Mark[]} */ (ofSeries(entry)));

  /** @param {Mark} entry */
  function ofSeries(entry) {
    const series = entry.kind === "event" ? (byName.get(entry.name) ?? []) : [];
    if (entry.kind !== "event" || series.length === 1) return [entry];
    const [number, times] = [(seen.get(entry.name) ?? 0) + 1, series.length];
    seen.set(entry.name, number);
    if (number === 1) return [{ ...entry, number, times, until: series[times - 1].epoch }];
    return number === times || times <= MAX_EVENTS ? [{ ...entry, number, times }] : [];
  }
}

/** "β 1 → 30", "β stays 1", or the sentence of an event. @param {Mark} entry */
export function markText(entry) {
  if (entry.kind === "event") {
    const { text, times, number } = entry;
    if (!times) return text;
    const which = number === 1 ? "first" : number === times ? "last" : number;
    return `${text} (${which} of ${count(times)})`;
  }
  const { called, from, to } = entry;
  const values = isChange(entry) ? `${plain(from)} → ${plain(to)}` : `stays ${plain(to)}`;
  return `${called} ${values}`;
}

/** An epoch with one digit after the point at most. @param {number} epoch */
const short = (epoch) => plain(Math.round(10 * epoch) / 10);

/**
 * "β 1 → 10 → −1 · pruned". Beside a series, where the label may be far from them, changes have their
 * epochs: "β 1 → 10 at epoch 5 · pruned 161 times, epochs 2 to 37.5".
 * @param {Mark[]} marks in order
 */
function chainText(marks) {
  /** @type {Map<string, {values: number[], epochs: number[]}>} */
  const chains = new Map();
  /** @type {Map<string, {times: number, from: number, until: number}>} */
  const events = new Map();
  for (const entry of marks) {
    if (entry.kind === "event") {
      // The first event of a series has the numbers of all.
      const { name, epoch, times = 1, until = epoch } = entry;
      const { times: before, from } = events.get(name) ?? { times: 0, from: epoch };
      events.set(name, { times: before + times, from, until });
      continue;
    }
    const { called, from, to, epoch } = entry;
    const { values, epochs } = chains.get(called) ?? { values: [from], epochs: [] };
    chains.set(called, { values, epochs });
    if (values.at(-1) !== from) values.push(from);
    values.push(to);
    epochs.push(epoch);
  }
  const hasSeries = [...events.values()].some(({ times }) => times > 1);
  const moves = [...chains].map(([called, { values, epochs }]) => {
    const texts = values.map(plain);
    const shown = texts.length > MAX_VALUES ? [texts[0], "…", texts.at(-1)] : texts;
    return `${called} ${shown.join(" → ")}${hasSeries ? whenText(epochs) : ""}`;
  });
  const happened = [...events].map(([name, { times, from, until }]) =>
    times > 1 ? `${name} ${count(times)} times, epochs ${short(from)} to ${short(until)}` : name,
  );
  return listText([...moves, ...happened], " · ");
}

/** " at epoch 5", ", epochs 1 to 5" @param {number[]} epochs in order */
const whenText = (epochs) =>
  epochs.length > 1
    ? `, epochs ${short(epochs[0])} to ${short(epochs[epochs.length - 1])}`
    : ` at epoch ${short(epochs[0])}`;

/**
 * What the marks of events mean, for a legend: "pruned, rewound"; "" without events.
 * @param {Mark[]} marks
 */
export function eventsText(marks) {
  const names = marks.flatMap((entry) => (entry.kind === "event" ? [entry.name] : []));
  return listText([...new Set(names)], ", ");
}

/**
 * The first names, and the number of the others: an imported log may have thousands.
 * @param {string[]} names @param {string} between
 */
function listText(names, between) {
  const more = names.length - MAX_NAMES;
  const shown = more > 0 ? [...names.slice(0, MAX_NAMES), `and ${count(more)} more`] : names;
  return shown.join(between);
}

/**
 * A trace with a triangle on every mark, so that each can be read by hovering.
 * @param {Mark[]} marks @param {Theme} theme @param {number} height
 */
export function markTrace(marks, theme, height) {
  if (!marks.length) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "knob",
      x: marks.map(({ epoch }) => epoch),
      y: marks.map(() => height),
      cliponaxis: false,
      customdata: marks.map(markText),
      marker: { symbol: "triangle-down", size: 8, color: css(theme.muted) },
      hovertemplate: "%{customdata}<extra></extra>",
    },
  ];
}

/**
 * Dashes of the lines down from the marks, by their kind; charts/palette.py has the same.
 * @type {Record<Mark["kind"], string>}
 */
export const MARK_DASHES = { event: "2px,3px", knob: "7px,4px" };

/**
 * A line down from each mark, and one along the top from the first event of a series to its last, as
 * Plotly's shapes.
 * @param {Mark[]} marks @param {Theme} theme
 */
export const markLines = (marks, theme) =>
  marks.flatMap((entry) => {
    const line = { color: css(theme.muted), width: 1, dash: MARK_DASHES[entry.kind] };
    const place = { type: "line", x0: entry.epoch, x1: entry.epoch, y0: 0, y1: 1, yref: "paper" };
    const down = { ...place, line };
    if (entry.kind !== "event" || entry.until === undefined) return [down];
    return [down, { ...place, x1: entry.until, y0: 1, line: { ...line, width: 2, dash: "solid" } }];
  });

/**
 * Labels of the marks. Marks whose labels would overlap share one.
 * @param {Mark[]} marks in order @param {number} epochs of the axis
 * @param {number} width of the plot in CSS pixels @returns {LabelGroup[]}
 */
export function labelGroups(marks, epochs, width) {
  /** @type {LabelGroup[]} */
  const groups = [];
  for (const entry of marks) {
    // The label of a series is at its first event.
    if (entry.kind === "event" && (entry.number ?? 1) > 1) continue;
    let group = groupOf([entry], epochs, width);
    for (let before = groups.at(-1); before && group.start < before.end; before = groups.at(-1)) {
      groups.pop();
      group = groupOf([...before.marks, ...group.marks], epochs, width);
    }
    groups.push(group);
  }
  return groups;
}

/**
 * A label begins at its first mark, or further left if it would not fit; a long one has several lines.
 * @param {Mark[]} marks @param {number} epochs @param {number} width @returns {LabelGroup}
 */
function groupOf(marks, epochs, width) {
  const lines = wrapped(chainText(marks), (width - FREE_PX) / CHARACTER_PX);
  const longest = Math.max(...lines.map(({ length }) => length));
  const wide = (longest * CHARACTER_PX + FREE_PX) / width;
  const start = Math.max(0, Math.min(marks[0].epoch / epochs, 1 - wide));
  return { lines, start, end: start + wide, marks };
}

/** @param {string} text @param {number} most characters of a line */
function wrapped(text, most) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/**
 * The labels as Plotly's annotations.
 * @param {LabelGroup[]} groups @param {number} epochs @param {Theme} theme
 */
export const markLabels = (groups, epochs, theme) =>
  groups.map(({ lines, start }) => ({
    x: start * epochs,
    y: 1,
    yref: "paper",
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    yshift: 6,
    align: "left",
    text: lines.join("<br>"),
    font: { size: 12, color: css(theme.muted) },
  }));
