/** Histogram of the scores of all connections, with a line at tau. */
import { css } from "../core/colours.js";
import { threshold } from "../core/format.js";
import { histogram } from "../core/gates.js";
import { measure } from "../core/measures.js";
import { el, heading, segmented, setAttribute, setText, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import * as plot from "../kit/plot.js";
import { spokenText } from "./histogram_text.js";

const BINS = 50;
/** Short enough to follow the playhead, long enough to leave time for the maps. */
const REPLAY_MS = 80;

/** @param {import("../kit/mounting.js").Component} component data: {run, token, method} */
export const mount = (component) =>
  mountCard(component, {
    name: "histogram",
    height: 360,
    channels: ["masks"],
    follows: true,
    previews: true,
    lazy: true,
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  let scale = "log";
  const box = el("div", { class: "plot", role: "figure" });
  const empty = el("p", { class: "empty" });
  const buttons = segmented(
    "count axis",
    [
      ["linear", "linear"],
      ["log", "log"],
    ],
    scale,
    (to) => {
      scale = to;
      drawPlot();
    },
  );
  const top = heading("", "", buttons);
  const stage = el("div", { class: "stage" }, box, empty);
  card.root.append(el("section", { class: "card short" }, top.node, stage));

  function drawPlot() {
    const snapshot = card.store.gates;
    const { scores: name, whose } = card.data.method;
    empty.hidden = Boolean(snapshot);
    box.style.visibility = snapshot ? "" : "hidden";
    setText(top.title, name[0].toUpperCase() + name.slice(1));
    setText(top.sub, whose);
    setText(empty, card.emptyText(`This chart shows how many connections have each ${name}.`));
    if (!snapshot) return;
    const { theme } = card;
    const tau = snapshot.meta.preview ? card.tau : null;
    const counts = histogram(snapshot, BINS);
    const counted = measure(snapshot, card.tau);
    setAttribute(box, "aria-label", spokenText(name, counted, tau));
    const traces =
      tau === null
        ? [bars("connections", name, counts, 0, 1, theme.muted)]
        : [
            bars("closed", name, counts, 0, tau, theme.closed),
            bars("active", name, counts, tau, 1, theme.active),
          ];
    const look = layout(card, name, tau, scale, box.clientWidth, counted.total);
    void plot.draw(box, traces, look, theme, "gate-probabilities");
  }

  const drawThrottled = throttle(plot.TRAINING_MS, drawPlot);
  const drawReplay = throttle(REPLAY_MS, drawPlot);
  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (["preview", "theme", "mount", "size"].some((kind) => kinds.has(kind))) drawThrottled.now();
    else if (kinds.has("replay") && kinds.has("gates")) drawReplay();
    else if (kinds.has("gates") || kinds.has("status")) drawThrottled();
  }
  /**
   * Resizes the plot also out of sight, where a wide plot would make the page scroll sideways.
   * @param {Set<string>} kinds of changes
   */
  function onChange(kinds) {
    if (kinds.has("size")) plot.resize(box);
  }
  return { draw, onChange, dispose: () => plot.purge(box) };
}

/**
 * Bars between two probabilities. A bin across a limit becomes narrower and keeps its count.
 * @param {string} part of the connections @param {string} name of the scores
 * @param {number[]} counts @param {number} from @param {number} to
 * @param {import("../core/colours.js").Rgb} colour
 */
function bars(part, name, counts, from, to, colour) {
  const parts = counts
    .map((n, bin) => ({
      n,
      label: `${(bin / BINS).toFixed(2)} – ${((bin + 1) / BINS).toFixed(2)}`,
      left: Math.max(from, bin / BINS),
      right: Math.min(to, (bin + 1) / BINS),
    }))
    .filter(({ left, right }) => right - left > 1e-9);
  return {
    type: "bar",
    name: part,
    x: parts.map(({ left, right }) => (left + right) / 2),
    y: parts.map(({ n }) => n),
    width: parts.map(({ left, right }) => right - left),
    marker: { color: css(colour), line: { width: 0 } },
    customdata: parts.map(({ label }) => label),
    hovertemplate: `${name} %{customdata}<br>%{y:,} connections<extra></extra>`,
  };
}

/**
 * @param {import("../kit/mounting.js").Card} card @param {string} name of the scores
 * @param {?number} tau null without a line
 * @param {string} scale "linear" or "log"
 * @param {number} width of the plot @param {number} total connections
 */
function layout({ data, theme }, name, tau, scale, width, total) {
  // At the start all gates may be in one bar.
  const decades = Math.max(5.5, Math.log10(total) + 0.1);
  return {
    barmode: "overlay",
    margin: { l: 54, r: 10, t: 22, b: 42 },
    uirevision: `${data.run} ${scale}`,
    xaxis: {
      range: [0, 1],
      title: { text: name },
      dtick: width < 240 ? 0.5 : 0.25,
      tickangle: 0,
    },
    yaxis: {
      type: scale,
      title: { text: "connections, all layers" },
      exponentformat: "none",
      tickformat: ",~s",
      nticks: 6,
      rangemode: "tozero",
      ...(scale === "log" ? { dtick: 1, range: [-0.3, decades] } : { autorange: true }),
    },
    ...(tau === null ? { shapes: [], annotations: [] } : thresholdLine(tau, theme)),
  };
}

/**
 * A line at tau, with its label above the plot.
 * @param {number} tau @param {import("../kit/theme.js").Theme} theme
 */
const thresholdLine = (tau, theme) => ({
  shapes: [
    {
      type: "line",
      x0: tau,
      x1: tau,
      y0: 0,
      y1: 1,
      yref: "paper",
      line: { color: css(theme.tau), width: 2 },
    },
  ],
  annotations: [
    {
      x: tau,
      y: 1,
      yref: "paper",
      yanchor: "bottom",
      xanchor: tau > 0.7 ? "right" : "left",
      showarrow: false,
      text: `τ ${threshold(tau)}`,
      font: { color: css(theme.tauInk), size: 13 },
    },
  ],
});
