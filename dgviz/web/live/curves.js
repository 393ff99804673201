/** Accuracy and active ratio, or loss, over the epochs, with marks for changes and events. */

import { accuracyFloor } from "../core/accuracy_axis.js";
import { css } from "../core/colours.js";
import { known, percent, ratio, UNKNOWN } from "../core/format.js";
import { thin } from "../core/gates.js";
import {
  collapseSeries,
  eventsText,
  isChange,
  labelGroups,
  MARK_DASHES,
  markLabels,
  markLines,
  markTrace,
  sampleEvenly,
} from "../core/marks.js";
import { el, heading, segmented, setAttribute, setText, throttle } from "../kit/dom.js";
import { lineKey } from "../kit/legend.js";
import { mountCard } from "../kit/mounting.js";
import * as plot from "../kit/plot.js";

/** Room above the highest value, so that a line along it is not cut in half. */
const HEADROOM = 0.03;
const LABEL_LINE_PX = 16;
const DOTTED = "2px,3px";
const AXIS_ENDS = [2, 5, 10, 20, 50, 100, 200, 500, 1000];
const TITLE = "Accuracy and active ratio";

/**
 * @param {import("../kit/mounting.js").Component} component data: {run, token, method, baseline:
 *   {run, token} | null}
 */
export const mount = (component) =>
  mountCard(component, { name: "curves", height: 360, follows: true, build });

/** @type {Array<[string, string]>} */
const CHOICES = [
  ["accuracy", "accuracy"],
  ["loss", "loss"],
];

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  let shown = "accuracy";
  const box = el("div", { class: "plot", role: "figure" });
  const empty = el("p", { class: "empty" });
  const legend = el("div", { class: "legend keys" });
  const buttons = segmented("curves", CHOICES, shown, (to) => {
    shown = to;
    drawPlot();
  });
  const top = heading(TITLE, "", buttons);
  const playhead = el("div", { class: "playhead", "data-testid": "playhead", hidden: true });
  card.root.append(
    el(
      "section",
      { class: "card short" },
      top.node,
      legend,
      el("div", { class: "stage" }, box, playhead, empty),
    ),
  );
  box.addEventListener("plotted", drawPlayhead);

  /** Draws the playhead over the plot, which takes too long to draw at every move. */
  function drawPlayhead() {
    const { store, whole } = card;
    const epoch = store.status?.epoch;
    const place = store === whole || !known(epoch) ? null : plot.placeOf(box, epoch);
    playhead.hidden = !place;
    if (!place) return;
    for (const [side, px] of Object.entries(place)) playhead.style.setProperty(side, `${px}px`);
    setAttribute(playhead, "data-epoch", epoch);
  }

  function drawPlot() {
    const { whole: store, baseline, theme } = card;
    const drawn = store.metrics.length > 0;
    empty.hidden = drawn;
    box.style.visibility = drawn ? "" : "hidden";
    const sparse = card.data.method.masks;
    const title = shown === "loss" ? "Loss" : sparse ? TITLE : "Accuracy";
    setText(top.title, title);
    setText(empty, card.emptyText(`This chart shows ${title.toLowerCase()} at each epoch.`));
    if (!drawn) {
      drawLegend(legend, [], [], theme);
      return;
    }
    const marks = sampleEvenly(collapseSeries(store.marks.filter(isChange)));
    const traces =
      shown === "loss" ? lossTraces(store, theme) : mainTraces(store, baseline, theme, sparse);
    drawLegend(legend, traces, marks, theme);
    setAttribute(box, "aria-label", asText(store.metrics, sparse));
    const look = layout(card, shown, sparse, box.clientWidth, marks);
    const triangles = markTrace(marks, theme, look.yaxis.range[1]);
    void plot.draw(box, [...traces, ...triangles], look, theme, "curves");
  }

  const drawThrottled = throttle(plot.TRAINING_MS, drawPlot);
  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (kinds.has("size")) plot.resize(box);
    if (kinds.has("replay")) drawPlayhead();
    if (["theme", "mount", "size"].some((kind) => kinds.has(kind))) drawThrottled.now();
    else if (["log", "status", "baseline"].some((kind) => kinds.has(kind))) drawThrottled();
  }
  return { draw, dispose: () => plot.purge(box) };
}

/**
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/store.js").Metrics} Metrics
 * @typedef {import("../core/colours.js").Rgb} Rgb
 * @typedef {import("../kit/theme.js").Theme} Theme
 *
 * @typedef {Object} Look of a line
 * @property {string} [dash] @property {number} [width]
 * @property {string} [axis] Plotly's name of it
 * @property {string} [format] of a value @property {string} [unit]
 */

/**
 * @param {Metrics[]} metrics @param {string} field @param {number} [factor]
 * @returns {Array<[number, number]>} [epoch, value], where known, at most 500
 */
const points = (metrics, field, factor = 1) =>
  thin(
    metrics
      .filter((entry) => known(entry[field]) && known(entry.epoch))
      .map((entry) => [entry.epoch, factor * entry[field]]),
  );

/**
 * @param {string} name @param {Array<[number, number]>} data @param {Rgb} colour
 * @param {Look} [look]
 */
function line(name, data, colour, look = {}) {
  const { dash = "solid", width = 2, axis = "y", format = ".2f", unit = "" } = look;
  return {
    type: "scatter",
    name,
    x: data.map(([x]) => x),
    y: data.map(([, y]) => y),
    yaxis: axis,
    mode: data.length < 3 ? "lines+markers" : "lines",
    line: { color: css(colour), width, dash },
    marker: { size: 5, color: css(colour) },
    hovertemplate: `%{y:${format}}${unit}`,
  };
}

/** @param {Store} store @param {?Store} baseline @param {Theme} theme @param {boolean} sparse */
function mainTraces({ metrics }, baseline, theme, sparse) {
  const dense = points(baseline?.metrics ?? [], "test_accuracy", 100);
  const validation = points(metrics, "validation_accuracy", 100);
  const traces = [
    line("active ratio r", sparse ? points(metrics, "active_ratio") : [], theme.active, {
      axis: "y2",
      format: ".3f",
    }),
    line("dense baseline", dense, theme.muted, { width: 1.5, unit: "%" }),
    line("validation", validation, theme.tau, { dash: DOTTED, width: 1.4, unit: "%" }),
    line("test accuracy", points(metrics, "test_accuracy", 100), theme.tau, { unit: "%" }),
  ];
  return traces.filter(({ name, x }) => x.length || name === "test accuracy");
}

/** @param {Store} store @param {Theme} theme */
const lossTraces = ({ metrics }, theme) => [
  line("training loss", points(metrics, "train_loss"), theme.muted, { width: 1.4, format: ".4f" }),
  line("test loss", points(metrics, "test_loss"), theme.tau, { format: ".4f" }),
];

/** Points of all lines on the accuracy axis. @param {Store} store @param {?Store} baseline */
const accuracyLines = (store, baseline) => [
  points(store.metrics, "test_accuracy", 100),
  points(store.metrics, "validation_accuracy", 100),
  points(baseline?.metrics ?? [], "test_accuracy", 100),
];

/**
 * End of the epoch axis. It grows in steps, so that a young run fills the chart.
 * @param {Store} store
 */
function epochsSeen({ status, metrics }) {
  const reached = metrics.at(-1)?.epoch ?? 0;
  const all = Math.max(status?.epochs ?? 1, reached);
  return Math.min(all, AXIS_ENDS.find((end) => end >= reached) ?? all);
}

/**
 * @param {import("../kit/mounting.js").Card} card @param {string} shown @param {boolean} sparse
 * @param {number} width of the plot @param {import("../core/marks.js").Mark[]} marks
 */
function layout(card, shown, sparse, width, marks) {
  const { whole: store, baseline, theme } = card;
  const epochs = epochsSeen(store);
  const isLoss = shown === "loss";
  const floor = isLoss ? 0 : accuracyFloor(accuracyLines(store, baseline));
  const top = isLoss ? Math.max(...lossesAfterStart(store.metrics)) : 100;
  const hasRatio = sparse && !isLoss;
  const [left, right] = [52, hasRatio ? 52 : 14];
  const labels = labelGroups(marks, epochs, Math.max(1, width - left - right));
  const lines = Math.max(1, ...labels.map((label) => label.lines.length));
  const margin = { l: left, r: right, t: 8 + LABEL_LINE_PX * lines, b: 42 };
  return {
    margin,
    uirevision: `${card.data.run} ${shown}`,
    hovermode: "x unified",
    xaxis: {
      range: [0, epochs],
      title: { text: "epoch" },
      hoverformat: ".1f",
      unifiedhovertitle: {
        text: "epoch %{x:.1f}",
      },
    },
    yaxis: {
      range: [floor, top + HEADROOM * (top - floor)],
      nticks: 6,
      title: { text: isLoss ? "cross-entropy loss" : "accuracy, %" },
    },
    ...(hasRatio
      ? {
          yaxis2: {
            overlaying: "y",
            side: "right",
            range: [0, 1 + HEADROOM],
            dtick: 0.25,
            showgrid: false,
            title: { text: "active ratio r" },
          },
        }
      : {}),
    shapes: markLines(marks, theme),
    annotations: markLabels(labels, epochs, theme),
  };
}

/**
 * Losses without those of the first half epoch, which are so high that the rest would look flat.
 * @param {Metrics[]} metrics
 */
function lossesAfterStart(metrics) {
  const losses = metrics
    .flatMap(({ epoch, train_loss: a, test_loss: b }) => (epoch > 0.5 ? [a, b] : []))
    .filter(known);
  return losses.length ? losses : [2.4];
}

/**
 * @param {HTMLElement} node @param {Array<ReturnType<typeof line>>} traces
 * @param {import("../core/marks.js").Mark[]} marks @param {Theme} theme
 */
function drawLegend(node, traces, marks, theme) {
  // The most important line is drawn last, on top, and is first in the legend.
  /** @type {Array<[string, import("../kit/legend.js").Line]>} */
  const keys = traces.toReversed().map((trace) => [trace.name, trace.line]);
  const texts = { event: eventsText(marks), knob: "setting changed" };
  for (const kind of /** @type {const} */ (["event", "knob"])) {
    if (!marks.some((mark) => mark.kind === kind)) continue;
    const dash = MARK_DASHES[kind];
    keys.push([texts[kind], { color: css(theme.muted), width: 1, dash, upright: true }]);
  }
  const state = JSON.stringify(keys);
  if (node.dataset.state === state) return;
  node.dataset.state = state;
  node.replaceChildren(...keys.map(([name, look]) => lineKey(name, look)));
}

/**
 * Last values of the curves, for screen readers.
 * @param {Metrics[]} metrics @param {boolean} sparse
 */
function asText(metrics, sparse) {
  const tested = metrics.findLast((entry) => known(entry.test_accuracy));
  const last = metrics.at(-1);
  const epoch = last && known(last.epoch) ? last.epoch.toFixed(1) : UNKNOWN;
  const sparsity = sparse ? `, active ratio ${ratio(last?.active_ratio)}` : "";
  return `Curves up to epoch ${epoch}: test accuracy ${percent(tested?.test_accuracy)}${sparsity}.`;
}
