/** The marks in the curves where a setting was changed: a line, a label, and words to hover over. */
import { css } from "./colours.js";
import { plain } from "./format.js";

/** What a character of a label takes at most, and what is left free after one, in CSS pixels. */
const [CHARACTER_PX, FREE_PX] = [6.6, 14];
/** Values of one setting that a label lists; of more it has the first and the last. */
const LISTED = 4;
/** @type {Object<string, string>} */
const SYMBOLS = { beta: "β", tau: "τ", learning_rate: "learning rate" };

/**
 * @typedef {import("./store.js").KnobMove} KnobMove
 * @typedef {import("../kit/theme.js").Theme} Theme
 *
 * @typedef {Object} LabelGroup marks that share a label
 * @property {string} text @property {KnobMove[]} marks
 * @property {number} start from where the label reaches, as a share of the axis
 * @property {number} end to where
 */

/**
 * Few enough marks to draw each: the first, the last, and others evenly between.
 * @template T
 * @param {T[]} marks in order @param {number} [most] @returns {T[]}
 */
export function spreadOut(marks, most = 200) {
  if (marks.length <= most) return marks;
  const stride = (marks.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => marks[Math.round(i * stride)]);
}

/** Whether a value was changed, and not only a planned move called off. @param {{from: number, to: number}} entry */
export const isChange = ({ from, to }) => from !== to;

/** "β 1 → 30"; "β stays 1" @param {KnobMove} entry */
export const markWords = ({ knob, from, to }) => `${SYMBOLS[knob] ?? knob} `
  + (isChange({ from, to }) ? `${plain(from)} → ${plain(to)}` : `stays ${plain(to)}`);

/** "β 1 → 10 → −1 · τ 0.5 → 0.54" @param {KnobMove[]} marks in order */
function chainWords(marks) {
  /** @type {Map<string, number[]>} */
  const chains = new Map();
  for (const { knob, from, to } of marks) {
    const values = chains.get(knob) ?? [from];
    chains.set(knob, values);
    if (values.at(-1) !== from) values.push(from);
    values.push(to);
  }
  return [...chains].map(([knob, values]) => {
    const words = values.map(plain);
    const listed = words.length > LISTED ? [words[0], "…", words.at(-1)] : words;
    return `${SYMBOLS[knob] ?? knob} ${listed.join(" → ")}`;
  }).join(" · ");
}

/**
 * A triangle on every mark, so that each can be read by hovering.
 * @param {KnobMove[]} marks @param {Theme} theme @param {number} height
 */
export function markTrace(marks, theme, height) {
  if (!marks.length) return [];
  return [{
    type: "scatter", mode: "markers", name: "knob", x: marks.map(({ epoch }) => epoch),
    y: marks.map(() => height), cliponaxis: false, customdata: marks.map(markWords),
    marker: { symbol: "triangle-down", size: 8, color: css(theme.muted) },
    hovertemplate: "%{customdata}<extra></extra>",
  }];
}

/** A line down from each mark, as Plotly's shapes. @param {KnobMove[]} marks @param {Theme} theme */
export const markLines = (marks, theme) => marks.map(({ epoch }) => ({
  type: "line", x0: epoch, x1: epoch, y0: 0, y1: 1, yref: "paper",
  line: { color: css(theme.muted), width: 1, dash: "dot" },
}));

/**
 * A label for every mark; marks so close that their labels would overlap share one.
 * @param {KnobMove[]} marks in order @param {number} epochs of the axis
 * @param {number} width of the plot in CSS pixels @returns {LabelGroup[]}
 */
export function labelGroups(marks, epochs, width) {
  /** @type {LabelGroup[]} */
  const groups = [];
  for (const entry of marks) {
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
 * @param {KnobMove[]} marks @param {number} epochs @param {number} width @returns {LabelGroup}
 */
function placed(marks, epochs, width) {
  const text = chainWords(marks);
  const wide = (text.length * CHARACTER_PX + FREE_PX) / width;
  const start = Math.max(0, Math.min(marks[0].epoch / epochs, 1 - wide));
  return { text, start, end: start + wide, marks };
}

/**
 * The labels as Plotly's annotations.
 * @param {KnobMove[]} marks @param {number} epochs @param {number} width @param {Theme} theme
 */
export const markLabels = (marks, epochs, width, theme) =>
  labelGroups(marks, epochs, width).map(({ text, start }) => ({
    x: start * epochs, y: 1, yref: "paper", xanchor: "left", yanchor: "bottom", showarrow: false,
    yshift: 6, text, font: { size: 12, color: css(theme.muted) },
  }));
