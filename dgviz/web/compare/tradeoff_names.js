/** The names of published results in the chart of error against kept weights. */
import { css } from "../core/colours.js";
import { widthOf } from "../kit/sheet_text.js";
import { around, placeLabels } from "./labels.js";
import { place } from "./tradeoff_text.js";

const SIZE = 11;
const LINE_HEIGHT = 14;
/** Half the size of the marks of a mean, of a run, and of the ends of a bar, in pixels. */
const [MEAN, RUN, BAR] = [8, 4, 5];
/** Between a mark and the line to its name. */
const STANDOFF = 7;

/**
 * @typedef {import("./tradeoff.js").Dot} Dot
 * @typedef {import("./tradeoff.js").Anchor} Anchor
 * @typedef {import("../kit/plot.js").Layout} Layout
 *
 * Plotly's annotations; a name without a free place is left out, and stands beneath the chart alone.
 * @param {Anchor[]} anchors @param {Dot[]} dots
 * @param {Layout} layout with its margins and logarithmic axes
 * @param {{width: number, height: number}} size of the chart in pixels
 * @param {import("../kit/theme.js").Theme} theme
 */
export function namesOf(anchors, dots, layout, size, theme) {
  const { at, area } = geometry(layout, size);
  const labels = anchors.map(({ name, kept, error }) => ({
    ...at(kept, error),
    width: widthOf(name, SIZE),
    height: LINE_HEIGHT,
  }));
  const obstacles = dots.flatMap((dot) => obstaclesOf(dot, at));
  return placeLabels(labels, obstacles, area).flatMap((placed, number) => {
    if (!placed) return [];
    const { name, kept, error } = anchors[number];
    return [
      {
        text: name,
        x: Math.log10(kept),
        y: Math.log10(error),
        ax: placed.dx,
        ay: placed.dy,
        xanchor: "center",
        yanchor: "middle",
        borderpad: 0,
        arrowhead: 0,
        arrowwidth: 1,
        arrowcolor: placed.hasLine ? css(theme.muted, 0.5) : "rgba(0,0,0,0)",
        standoff: STANDOFF,
        font: { size: SIZE, color: css(theme.muted) },
      },
    ];
  });
}

/** @typedef {(kept: number, error: number) => import("./labels.js").Point} At where values are drawn */

/**
 * @param {Layout} layout @param {{width: number, height: number}} size
 * @returns {{at: At, area: import("./labels.js").Box}}
 */
function geometry({ margin, xaxis, yaxis }, { width, height }) {
  const area = {
    left: margin.l,
    top: margin.t,
    right: width - margin.r,
    bottom: height - margin.b,
  };
  /** @param {number} value @param {number[]} range */
  const share = (value, [low, high]) => (Math.log10(value) - low) / (high - low);
  /** @type {At} */
  const at = (kept, error) => ({
    x: area.left + share(kept, xaxis.range) * (area.right - area.left),
    y: area.bottom - share(error, yaxis.range) * (area.bottom - area.top),
  });
  return { at, area };
}

/** The marks and bars of a dot. @param {Dot} dot @param {At} at */
function obstaclesOf({ kept, error, spread, keptRange, each }, at) {
  /** @param {number} weights @param {number} percentage */
  const drawn = (weights, percentage) => {
    const { x, y } = place(weights, percentage);
    return at(x, y);
  };
  const mean = drawn(kept, error);
  const [left, right] = keptRange.map((weights) => drawn(weights, error).x);
  const [bottom, top] = [-1, 1].map((sign) => drawn(kept, error + sign * (spread ?? 0)).y);
  return [
    around(mean, MEAN, MEAN),
    { left: left - 1, right: right + 1, top: mean.y - BAR, bottom: mean.y + BAR },
    { left: mean.x - BAR, right: mean.x + BAR, top: top - 1, bottom: bottom + 1 },
    ...each.map((run) => around(drawn(run.kept, run.error), RUN, RUN)),
  ];
}
