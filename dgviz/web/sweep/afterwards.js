/** Accuracy and kept weights of a trained cell against other thresholds afterwards, as SVG. */
import { css } from "../core/colours.js";
import { count, known, percent, plain } from "../core/format.js";
import { svg } from "../kit/dom.js";
import { widthOf, write } from "../kit/sheet_text.js";
import { median } from "./cells.js";

const [LEFT, RIGHT, TOP, PANEL, GAP, BOTTOM] = [62, 14, 24, 120, 34, 42];
const TEXT = 11.5;
/** Of the picture, in pixels. */
export const HEIGHT = TOP + 2 * PANEL + GAP + BOTTOM;

/**
 * @typedef {Object} Point
 * @property {number} tau afterwards @property {number} test @property {number} validation NaN without
 * @property {number} weights medians over the seeds
 *
 * @param {Array<import("./details.js").Detail["afterwards"]>} seeds @returns {Point[]}
 */
export function pointsOf(seeds) {
  const taus = seeds.find(({ tau }) => tau?.length)?.tau ?? [];
  /** @param {"test_accuracy"|"validation_accuracy"|"active_weights"} name @param {number} at */
  const middle = (name, at) => median(seeds.map((one) => one[name]?.[at]).filter(known));
  return taus.map((tau, at) => ({
    tau,
    test: middle("test_accuracy", at),
    validation: middle("validation_accuracy", at),
    weights: middle("active_weights", at),
  }));
}

/**
 * The drawing in words. A threshold that is chosen by the test accuracy looks better than it is, so it is
 * chosen by the validation accuracy; without one, none is chosen.
 * @param {Point[]} points at least one
 */
export function afterwardsText(points) {
  const [first, last] = [points[0].tau, points[points.length - 1].tau];
  const shown = `Accuracy and kept weights against τ afterwards, from ${plain(first)} to ${plain(last)}`;
  const validated = points.filter(({ validation }) => known(validation));
  if (!validated.length) return `${shown}.`;
  const best = validated.reduce((a, b) => (b.validation > a.validation ? b : a));
  return (
    `${shown}; the validation accuracy is highest at ${plain(best.tau)}, ` +
    `where the test accuracy is ${percent(best.test)}.`
  );
}

/**
 * @param {Point[]} points at least two @param {?number} during the threshold during training
 * @param {number} width in pixels @param {import("../kit/theme.js").Theme} theme
 */
export function afterwardsDrawing(points, during, width, theme) {
  const [first, last] = [points[0].tau, points[points.length - 1].tau];
  /** @param {number} tau */
  const x = (tau) => LEFT + ((tau - first) / (last - first)) * (width - LEFT - RIGHT);
  const most = Math.max(1, ...points.map(({ weights }) => weights));
  const second = TOP + PANEL + GAP;
  const bottom = second + PANEL;
  /** @param {number} top @param {number} share */
  const y = (top, share) => top + PANEL * (1 - share);
  /** @param {number} top @param {Array<[number, number]>} values tau and share @param {Object<string, string|number>} look */
  const line = (top, values, look) =>
    svg("path", {
      d: values
        .map(
          ([tau, share], i) => `${i ? "L" : "M"}${x(tau).toFixed(1)} ${y(top, share).toFixed(1)}`,
        )
        .join(""),
      fill: "none",
      "stroke-width": 2,
      "stroke-linejoin": "round",
      ...look,
    });
  /** @param {number} top @param {Array<[number, string]>} ticks share and text @param {string} title */
  const panel = (top, ticks, title) => [
    write(title, LEFT, top - 8, TEXT, theme.muted),
    ...ticks.flatMap(([share, text]) => [
      svg("path", {
        d: `M${LEFT} ${y(top, share)}H${width - RIGHT}`,
        stroke: theme.grid,
        fill: "none",
      }),
      write(text, LEFT - 7, y(top, share) + 4, TEXT, theme.muted, { "text-anchor": "end" }),
    ]),
  ];
  /** @type {Array<[number, string]>} */
  const shares = [0, 0.5, 1].map((share) => [share, percent(share, 0)]);
  const validation = points.filter(({ validation: value }) => known(value));
  const orange = css(theme.tau);
  const nodes = [
    ...panel(
      TOP,
      shares,
      validation.length ? "accuracy: test, and validation dotted" : "test accuracy",
    ),
    line(
      TOP,
      points.map(({ tau, test }) => [tau, test]),
      { stroke: orange },
    ),
    line(
      TOP,
      validation.map(({ tau, validation: value }) => [tau, value]),
      { stroke: orange, "stroke-dasharray": "2 3" },
    ),
    ...panel(
      second,
      [
        [0, "0"],
        [1, count(most)],
      ],
      "kept weights",
    ),
    line(
      second,
      points.map(({ tau, weights }) => [tau, weights / most]),
      { stroke: css(theme.active) },
    ),
    ...points.map(({ tau }) =>
      write(plain(tau), x(tau), bottom + 15, TEXT, theme.muted, { "text-anchor": "middle" }),
    ),
    write("τ afterwards", (LEFT + width - RIGHT) / 2, bottom + 34, TEXT, theme.ink, {
      "text-anchor": "middle",
    }),
  ];
  if (during !== null && during >= first && during <= last) {
    const text = `as trained, τ ${plain(during)}`;
    const isRight = x(during) + widthOf(text, TEXT) + 8 > width - RIGHT;
    nodes.push(
      svg("path", {
        d: `M${x(during)} ${TOP}V${bottom}`,
        stroke: css(theme.muted),
        "stroke-dasharray": "4 3",
        fill: "none",
      }),
      write(text, x(during) + (isRight ? -6 : 6), TOP + PANEL - 8, TEXT, theme.muted, {
        "text-anchor": isRight ? "end" : "start",
      }),
    );
  }
  return svg("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` }, ...nodes);
}
