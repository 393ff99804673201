/**
 * Test error against kept weights: a dot for each method and target ratio, a small one for each of its
 * runs, and published results, most of them of other networks.
 */

import { css } from "../core/colours.js";
import { el, heading, setAttribute, setText } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import * as plot from "../kit/plot.js";
import { sheetButtons } from "../kit/sheets.js";
import * as highlight from "./highlight.js";
import { methodLegend } from "./method_legend.js";
import { lightUp, PICTURE, pictureOf, pointAtTraces } from "./plotted.js";
import { crossSample, dotSample, methodEntries } from "./samples.js";
import { lookOf } from "./series.js";
import { namesOf } from "./tradeoff_names.js";
import {
  drawnValues,
  LEAST_ERROR,
  LEAST_WEIGHTS,
  logAxis,
  notesOf,
  place,
  valuesText,
} from "./tradeoff_text.js";
import { view } from "./view.js";
import { viewButtons } from "./view_choice.js";

/** A narrower chart has room for fewer numbers along its axis. */
const NARROW_PX = 480;
const WAITING = "A dot appears here for every run that has finished.";
const TITLE = "Test error against kept weights";

/**
 * @typedef {Object} Dot a method at one target ratio
 * @property {string} key @property {number} kept mean @property {number} error mean, %
 * @property {?number} spread standard deviation of the error; null of a single run
 * @property {number[]} keptRange least and most
 * @property {string} runs address of its runs
 * @property {Array<{seed: number, kept: number, error: number, address: string}>} each run
 *
 * @typedef {Object} Anchor a published result
 * @property {string} name @property {string} network @property {number} kept
 * @property {number} error in % @property {string} source authors and year
 * @property {string} note a sentence, or ""
 *
 * @typedef {import("./race.js").RaceRow} RaceRow
 * @typedef {{row: RaceRow, trace: Object<string, any>, addresses: string[]}} Drawn
 */

/**
 * @param {import("../kit/mounting.js").Component} component data: {rows, dots, anchors, caption}
 */
export const mount = (component) =>
  mountCard(component, {
    name: "tradeoff",
    height: 400,
    shared: { highlight: highlight.subscribe, published: view.changesOf("published") },
    build,
  });

/** @param {import("../kit/mounting.js").Card} card */
function build(card) {
  const box = el("div", { class: "plot", role: "figure", "data-testid": "tradeoff" });
  const empty = el("p", { class: "empty" }, WAITING);
  const legend = methodLegend(false);
  const chooser = viewButtons("Published results", "published", [
    ["with", "with published"],
    ["without", "without"],
  ]);
  const top = heading(TITLE, "", chooser.node, sheetButtons(card, TITLE, sheet));
  const notes = el("div", { class: "notes" });
  const stage = el("div", { class: "stage" }, box, empty);
  card.root.append(el("section", { class: "card" }, top.node, legend.node, stage, notes));
  box.addEventListener("plotted", () => lightUp(box, drawn()));

  /** @returns {Anchor[]} */
  const anchors = () => (view.get("published") === "with" ? card.data.anchors : []);

  /** Of each row its runs, and then their mean. @returns {Drawn[]} */
  function drawn() {
    /** @type {RaceRow[]} */
    const rows = card.data.rows;
    return /** @type {Dot[]} */ (card.data.dots).flatMap((dot) => {
      const row = rows.find(({ key }) => key === dot.key);
      if (!row) return [];
      const runs = dot.each.length > 1 ? [runsOf(row, dot)] : [];
      return [...runs, meanOf(row, dot)];
    });
  }

  /** @param {RaceRow} row @param {Dot} dot @returns {Drawn} */
  function runsOf(row, dot) {
    const { colour, symbol } = lookOf(row.series, card.theme);
    const addresses = dot.each.map(({ address }) => address);
    const places = dot.each.map(({ kept, error }) => place(kept, error));
    const trace = {
      type: "scatter",
      mode: "markers",
      name: row.label,
      x: places.map(({ x }) => x),
      y: places.map(({ y }) => y),
      text: dot.each.map(
        ({ seed, kept, error }, at) => `seed ${seed}, ${valuesText(kept, error)}${places[at].note}`,
      ),
      marker: { size: 6, color: colour, symbol, opacity: 0.5 },
      hovertemplate: "%{fullData.name}, %{text}<extra></extra>",
    };
    return { row, trace, addresses };
  }

  /** @param {RaceRow} row @param {Dot} dot @returns {Drawn} */
  function meanOf(row, { kept, error, spread, keptRange, runs, each }) {
    const { colour, symbol } = lookOf(row.series, card.theme);
    const { x, y, note } = place(kept, error);
    const [low, high] = keptRange.map((weights) => Math.max(LEAST_WEIGHTS, weights));
    const bars = { color: colour, thickness: 1.5, width: 4 };
    const of = each.length > 1 ? `mean of ${each.length} seeds, ` : "";
    const trace = {
      type: "scatter",
      mode: "markers",
      name: row.label,
      x: [x],
      y: [y],
      text: [`${of}${valuesText(kept, error)}${note}`],
      error_y: {
        type: "data",
        array: [error + (spread ?? 0) - y],
        arrayminus: [y - Math.max(LEAST_ERROR, error - (spread ?? 0))],
        visible: spread !== null,
        ...bars,
      },
      error_x: {
        type: "data",
        array: [high - x],
        arrayminus: [x - low],
        visible: high > low,
        ...bars,
      },
      marker: {
        size: 12,
        color: colour,
        symbol,
        line: { width: 1, color: css(card.theme.ground) },
      },
      hovertemplate: "%{fullData.name}, %{text}<extra></extra>",
    };
    return { row, trace, addresses: [runs] };
  }

  /** The marks of published results. */
  function anchorTrace() {
    const points = anchors();
    if (!points.length) return [];
    const colour = css(card.theme.muted);
    return [
      {
        type: "scatter",
        mode: "markers",
        x: points.map(({ kept }) => kept),
        y: points.map(({ error }) => error),
        customdata: points.map(({ name, network, source, note }) =>
          [`${name}, ${source}, network ${network}`, note].filter(Boolean).join("<br>"),
        ),
        marker: { size: 9, color: colour, symbol: "x-thin", line: { width: 2, color: colour } },
        hovertemplate: "%{customdata}<br>%{x:,} weights, %{y:.2f}% error<extra></extra>",
        cliponaxis: false,
      },
    ];
  }

  /** @param {{width: number, height: number}} size of the chart in pixels */
  function layoutOf(size) {
    /** @type {Dot[]} */
    const dots = card.data.dots;
    const { weights, errors } = drawnValues(dots, anchors());
    const layout = {
      margin: { l: 60, r: 30, t: 10, b: 46 },
      uirevision: `${view.get("published")} ${dots.map(({ key }) => key)}`,
      hovermode: "closest",
      xaxis: {
        ...logAxis(weights, 1.3, size.width < NARROW_PX ? [1, 3] : [1, 2, 5]),
        title: { text: "kept weights (logarithmic)" },
      },
      yaxis: {
        ...logAxis(errors, 1.2, [1, 1.5, 2, 3, 5, 7]),
        title: { text: "test error, % (logarithmic)" },
      },
    };
    return { ...layout, annotations: namesOf(anchors(), dots, layout, size, card.theme) };
  }

  function drawPlot() {
    const all = drawn();
    chooser.draw();
    legend.draw(card.data.rows, card.theme);
    // Published results are there before the first run.
    const isEmpty = !all.length && !anchors().length;
    empty.hidden = !isEmpty;
    box.style.visibility = isEmpty ? "hidden" : "";
    setText(top.sub, all.length || isEmpty ? "a click on a dot opens its run" : WAITING);
    const texts = notesOf(card.data.dots, anchors()).map((text) => el("p", { class: "sub" }, text));
    notes.replaceChildren(...texts);
    setAttribute(box, "aria-label", `${TITLE}. The table has the same numbers.`);
    if (isEmpty) return;
    const traces = [...all.map(({ trace }) => trace), ...anchorTrace()];
    const size = { width: box.clientWidth, height: box.clientHeight };
    void plot.draw(box, traces, layoutOf(size), card.theme, "tradeoff").then(() => {
      pointAtTraces(
        box,
        (at) => drawn()[at]?.row.key,
        (at, point) => {
          const address = drawn()[at]?.addresses[point];
          if (address) window.open(address, "_blank");
        },
      );
    });
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const all = drawn();
    if (!all.length && !anchors().length) return null;
    return {
      name: "compare-tradeoff",
      title: TITLE,
      caption: [...card.data.caption, ...notesOf(card.data.dots, anchors())],
      drawing: (theme) =>
        pictureOf([...all.map(({ trace }) => trace), ...anchorTrace()], layoutOf(PICTURE), theme),
      legend: [
        ...methodEntries(card.data.rows, card.theme, dotSample),
        ...(anchors().length
          ? [{ label: "published", sample: crossSample(css(card.theme.muted)) }]
          : []),
      ],
      table: {
        caption: TITLE,
        columns: ["method", "network", "seed", "kept weights", "test error, %"],
        rows: () => [
          .../** @type {Dot[]} */ (card.data.dots).flatMap((dot) => {
            const row = card.data.rows.find((/** @type {RaceRow} */ one) => one.key === dot.key);
            return dot.each.map(({ seed, kept, error }) => [
              row?.label ?? dot.key,
              "this one",
              seed,
              kept,
              error,
            ]);
          }),
          ...anchors().map(({ name, network, kept, error }) => [name, network, "", kept, error]),
        ],
      },
    };
  }

  return {
    /** @param {Set<string>} kinds of changes */
    draw: (kinds) => {
      if (kinds.has("size")) plot.resize(box);
      if (["theme", "mount", "size", "published"].some((kind) => kinds.has(kind))) drawPlot();
      if (kinds.has("highlight")) {
        legend.draw(card.data.rows, card.theme);
        lightUp(box, drawn());
      }
    },
    dispose: () => plot.purge(box),
  };
}
