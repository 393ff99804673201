/**
 * The marks in the curves where a setting was changed, or where the method did something to the
 * network: a line, a label, and words to hover over. A mark is a log entry of kind "knob" or "event".
 */
import { css } from "./colours.js";
import { count, plain } from "./format.js";

/** What a character of a label takes at most, and what is left free after one, in CSS pixels. */
const [CHARACTER_PX, FREE_PX] = [6.6, 14];
/** Values of one setting that a label lists; of more it has the first and the last. */
const LISTED = 4;
/** Settings and kinds of events that a label or a legend lists. */
const NAMED = 4;
/** @type {Object<string, string>} */
const SYMBOLS = { beta: "β", tau: "τ", learning_rate: "learning rate" };

/**
 * @typedef {import("./store.js").Mark} Mark
 * @typedef {import("./store.js").MethodEvent} MethodEvent
 * @typedef {import("../kit/theme.js").Theme} Theme
 *
 * @typedef {Object} LabelGroup marks that share a label
 * @property {string} text @property {Mark[]} marks
 * @property {number} start from where the label reaches, as a share of the axis
 * @property {number} end to where
 */

/**
 * Few enough marks to draw each: the first, the last, and others evenly between.
 * @template T
 * @param {T[]} marks in order @param {number} [most] @returns {T[]}
 */
export function sampleEvenly(marks, most = 200) {
  if (marks.length <= most) return marks;
  const stride = (marks.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => marks[Math.round(i * stride)]);
}

/** Whether something was changed, and not only a planned move called off. @param {Mark} entry */
export const isChange = (entry) => entry.kind === "event" || entry.from !== entry.to;

/**
 * The newest move of a knob. @param {Mark[]} marks in order @param {string} name
 * @returns {import("./store.js").KnobMove | undefined}
 */
export const lastMove = (marks, name) =>
  marks.filter((entry) => entry.kind === "knob").findLast(({ knob }) => knob === name);

/**
 * Of events of one name in a row, which may be hundreds, the first and the last.
 * @param {Mark[]} marks in order
 * @returns {Mark[]} the first of a row has `times` and `until`, the last has `ends`
 */
export function collapseSeries(marks) {
  /** @type {Mark[][]} */
  const rows = [];
  for (const entry of marks) {
    const last = rows.at(-1)?.at(-1);
    const goesOn = entry.kind === "event" && last?.kind === "event" && last.name === entry.name;
    if (goesOn) rows.at(-1)?.push(entry);
    else rows.push([entry]);
  }
  return rows.flatMap((row) => {
    if (row.length === 1) return row;
    const [first, last] = /** @type {MethodEvent[]} */ ([row[0], row.at(-1)]);
    const times = row.length;
    return [
      { ...first, times, until: last.epoch },
      { ...last, times, ends: true },
    ];
  });
}

/** "β 1 → 30"; "β stays 1"; an event's own sentence @param {Mark} entry */
export function markText(entry) {
  if (entry.kind === "event") {
    const { text, times, ends } = entry;
    return times ? `${text} (${ends ? "last" : "first"} of ${count(times)})` : text;
  }
  const { knob, from, to } = entry;
  const values = isChange(entry) ? `${plain(from)} → ${plain(to)}` : `stays ${plain(to)}`;
  return `${SYMBOLS[knob] ?? knob} ${values}`;
}

/** An epoch with one digit after the point at most. @param {number} epoch */
const short = (epoch) => plain(Math.round(10 * epoch) / 10);

/** "β 1 → 10 → −1 · pruned 161 times, epochs 2 to 37.5" @param {Mark[]} marks in order */
function chainText(marks) {
  /** @type {Map<string, number[]>} */
  const chains = new Map();
  /** @type {Map<string, {times: number, from: number, until: number}>} */
  const events = new Map();
  for (const entry of marks) {
    if (entry.kind === "event") {
      // A row is told at its first event.
      const { name, epoch, times = 1, until = epoch, ends } = entry;
      const { times: before, from } = events.get(name) ?? { times: 0, from: epoch };
      if (!ends) events.set(name, { times: before + times, from, until });
      continue;
    }
    const { knob, from, to } = entry;
    const values = chains.get(knob) ?? [from];
    chains.set(knob, values);
    if (values.at(-1) !== from) values.push(from);
    values.push(to);
  }
  const moves = [...chains].map(([knob, values]) => {
    const words = values.map(plain);
    const ends = words.length > LISTED ? [words[0], "…", words.at(-1)] : words;
    return `${SYMBOLS[knob] ?? knob} ${ends.join(" → ")}`;
  });
  const happened = [...events].map(([name, { times, from, until }]) =>
    times > 1 ? `${name} ${count(times)} times, epochs ${short(from)} to ${short(until)}` : name,
  );
  return listed([...moves, ...happened], " · ");
}

/**
 * What marks mean, for a legend: "setting changed, pruned"; "" without any
 * @param {Mark[]} marks
 */
export function keyText(marks) {
  const kinds = marks.map((entry) => (entry.kind === "event" ? entry.name : "setting changed"));
  return listed([...new Set(kinds)], ", ");
}

/**
 * The first four; of the others only how many there are: an imported log may have thousands.
 * @param {string[]} names @param {string} between
 */
function listed(names, between) {
  const more = names.length - NAMED;
  const told = more > 0 ? [...names.slice(0, NAMED), `and ${count(more)} more`] : names;
  return told.join(between);
}

/**
 * A triangle on every mark, so that each can be read by hovering.
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

/** A line down from each mark, as Plotly's shapes. @param {Mark[]} marks @param {Theme} theme */
export const markLines = (marks, theme) =>
  marks.map(({ epoch }) => ({
    type: "line",
    x0: epoch,
    x1: epoch,
    y0: 0,
    y1: 1,
    yref: "paper",
    line: { color: css(theme.muted), width: 1, dash: "dot" },
  }));

/**
 * A label for every mark; marks so close that their labels would overlap share one.
 * @param {Mark[]} marks in order @param {number} epochs of the axis
 * @param {number} width of the plot in CSS pixels @returns {LabelGroup[]}
 */
export function labelGroups(marks, epochs, width) {
  /** @type {LabelGroup[]} */
  const groups = [];
  for (const entry of marks) {
    if (entry.kind === "event" && entry.ends) continue;
    let group = placed([entry], epochs, width);
    for (let before = groups.at(-1); before && group.start < before.end; before = groups.at(-1)) {
      groups.pop();
      group = placed([...before.marks, ...group.marks], epochs, width);
    }
    groups.push(group);
  }
  return groups;
}

/**
 * A label begins at its first mark, or as far to the left of it as it takes to end in sight.
 * @param {Mark[]} marks @param {number} epochs @param {number} width @returns {LabelGroup}
 */
function placed(marks, epochs, width) {
  const text = chainText(marks);
  const wide = (text.length * CHARACTER_PX + FREE_PX) / width;
  const start = Math.max(0, Math.min(marks[0].epoch / epochs, 1 - wide));
  return { text, start, end: start + wide, marks };
}

/**
 * The labels as Plotly's annotations.
 * @param {Mark[]} marks @param {number} epochs @param {number} width @param {Theme} theme
 */
export const markLabels = (marks, epochs, width, theme) =>
  labelGroups(marks, epochs, width).map(({ text, start }) => ({
    x: start * epochs,
    y: 1,
    yref: "paper",
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    yshift: 6,
    text,
    font: { size: 12, color: css(theme.muted) },
  }));
