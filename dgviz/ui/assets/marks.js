/** The marks in the curves where a knob was turned: a line, a label, and words to hover over. */
import { css } from "./colours.js";
import { plain } from "./format.js";

const LABELLED = 3;
const SYMBOLS = { beta: "β", tau: "τ", learning_rate: "learning rate" };

/** "β 1 → 30" @param {Object} entry of the log, of kind "knob" */
export const markWords = ({ knob, from, to }) =>
  `${SYMBOLS[knob] ?? knob} ${plain(from)} → ${plain(to)}`;

/** A triangle on every mark, so that each can be read by hovering. */
export function markTrace(marks, theme, height) {
  if (!marks.length) return [];
  return [{
    type: "scatter", mode: "markers", name: "knob", x: marks.map(({ epoch }) => epoch),
    y: marks.map(() => height), cliponaxis: false, customdata: marks.map(markWords),
    marker: { symbol: "triangle-down", size: 8, color: css(theme.muted) },
    hovertemplate: "%{customdata}<extra></extra>",
  }];
}

/** A line down from each mark, as Plotly's shapes. */
export const markLines = (marks, theme) => marks.map(({ epoch }) => ({
  type: "line", x0: epoch, x1: epoch, y0: 0, y1: 1, yref: "paper",
  line: { color: css(theme.muted), width: 1, dash: "dot" },
}));

/** Labels for the newest marks that do not run into each other; the others answer to hovering. */
export function markLabels(marks, epochs, theme) {
  const chosen = [];
  for (const entry of [...marks].reverse()) {
    const free = chosen.every(({ epoch }) => Math.abs(epoch - entry.epoch) > 0.16 * epochs);
    if (free && chosen.length < LABELLED) chosen.push(entry);
  }
  const anchor = (share) => (share < 0.15 ? "left" : share > 0.85 ? "right" : "center");
  return chosen.map((entry) => ({
    x: entry.epoch, y: 1, yref: "paper", yanchor: "bottom", showarrow: false, yshift: 6,
    xanchor: anchor(entry.epoch / epochs), text: markWords(entry),
    font: { size: 12, color: css(theme.muted) },
  }));
}
