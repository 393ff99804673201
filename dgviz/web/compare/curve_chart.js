/** A value of all runs of a race over the epochs, in one chart. */
import { accuracyFloor } from "../core/accuracy_axis.js";
import { el, heading, setAttribute, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import * as plot from "../kit/plot.js";
import { sheetButtons } from "../kit/sheets.js";
import * as highlight from "./highlight.js";
import { methodLegend } from "./method_legend.js";
import { lightUp, pictureOf, pointAtTraces } from "./plotted.js";
import * as race from "./race.js";
import { lookOf, ratioTraces, widthOf } from "./series.js";
import { view } from "./view.js";
import { viewButtons } from "./view_choice.js";

const DRAW_MS = 500;
/** Room above the highest value, so that a line along it is not cut in half. */
const HEADROOM = 0.03;

/**
 * @typedef {import("./race.js").Curves} Curves
 * @typedef {import("./race.js").RaceRow} RaceRow
 * @typedef {import("./race.js").RaceRun} RaceRun
 *
 * @typedef {Object} Quantity
 * @property {string} name of the card and of its files
 * @property {string} title
 * @property {ReadonlyArray<readonly [keyof Curves, string]>} choices the curves that it can show, and
 *   their names
 * @property {string} axis title of its axis
 * @property {number} factor from the value to the axis
 * @property {string} hover its value, as Plotly's template
 * @property {string} empty a sentence while there is nothing to draw
 */

/**
 * @param {import("../kit/mounting.js").Component} component data: {rows, epochs, caption}
 * @param {Quantity} quantity
 */
export const mountCurves = (component, quantity) =>
  mountCard(component, {
    name: "race-curves",
    height: 340,
    shared: {
      race: race.subscribe,
      highlight: highlight.subscribe,
      curve: view.changesOf("curve"),
    },
    build: (card) => build(card, quantity),
  });

/** @param {import("../kit/mounting.js").Card} card @param {Quantity} quantity */
function build(card, quantity) {
  const { name, title, choices, axis, factor, hover, empty: words } = quantity;
  const hasChoice = choices.length > 1;
  const shown = () => /** @type {keyof Curves} */ (hasChoice ? view.get("curve") : choices[0][0]);
  const box = el("div", { class: "plot", role: "figure", "data-testid": name });
  const empty = el("p", { class: "empty" }, words);
  const legend = methodLegend(true);
  const chooser = viewButtons(title, "curve", choices);
  const top = heading(title, "", chooser.node, sheetButtons(card, title, sheet));
  card.root.append(
    el(
      "section",
      { class: "card" },
      top.node,
      legend.node,
      el("div", { class: "stage" }, box, empty),
    ),
  );
  box.addEventListener("plotted", () => lightUp(box, lines()));

  /** Each run with a curve. @returns {Array<{row: RaceRow, run: RaceRun, phase: string, points: Array<[number, number]>}>} */
  const lines = () =>
    /** @type {RaceRow[]} */ (card.data.rows).flatMap((row) =>
      row.runs.flatMap((run) => {
        const { curves, phase } = race.stateOf(run);
        const points = curves?.[shown()] ?? [];
        return points.length ? [{ row, run, phase, points }] : [];
      }),
    );

  /** @param {ReturnType<typeof lines>[number]} line */
  function traceOf({ row, run, points }) {
    const { colour, dash } = lookOf(row.series, card.theme);
    return {
      type: "scatter",
      uid: `run${run.id}`,
      name: `${row.label}, seed ${run.seed}`,
      legendgroup: row.method,
      meta: row.title,
      x: points.map(([epoch]) => epoch),
      y: points.map(([, value]) => factor * value),
      mode: points.length < 3 ? "lines+markers" : "lines",
      line: { color: colour, dash, width: widthOf(row, card.data.rows) },
      marker: { size: 5, color: colour },
      hovertemplate: `%{fullData.name}<br>epoch %{x:.1f}: ${hover}<extra></extra>`,
    };
  }

  /** @param {ReturnType<typeof lines>} drawn */
  function layoutOf(drawn) {
    // A diverged run would flatten the others: it leaves the chart at its lower edge.
    const whole = drawn.filter(({ phase }) => phase !== "failed" && phase !== "diverged");
    const points = (whole.length ? whole : drawn).map((line) => line.points);
    const floor =
      factor === 1 ? 0 : accuracyFloor(points.map((line) => line.map(([x, y]) => [x, factor * y])));
    return {
      margin: { l: 56, r: 14, t: 10, b: 42 },
      uirevision: `${shown()} ${card.data.epochs}`,
      hovermode: "closest",
      hoverdistance: 30,
      xaxis: { range: [0, card.data.epochs], title: { text: "epoch" } },
      yaxis: {
        range: [floor, factor + HEADROOM * (factor - floor)],
        nticks: 6,
        title: { text: axis },
      },
    };
  }

  function drawPlot() {
    const drawn = lines();
    chooser.draw();
    legend.draw(card.data.rows, card.theme);
    empty.hidden = drawn.length > 0;
    box.style.visibility = drawn.length ? "" : "hidden";
    setAttribute(box, "aria-label", `${title} of ${drawn.length} runs over the epochs.`);
    if (!drawn.length) return;
    const layout = layoutOf(drawn);
    void plot
      .draw(box, drawn.map(traceOf), layout, card.theme, name)
      .then(() => pointAtTraces(box, (at) => lines()[at]?.row.key));
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const drawn = lines();
    if (!drawn.length) return null;
    return {
      name: `compare-${name}`,
      title: hasChoice ? `${title}, ${shown()}` : title,
      caption: card.data.caption,
      drawing: (theme) =>
        pictureOf(
          [...drawn.map(traceOf), ...ratioTraces(card.data.rows, theme)],
          layoutOf(drawn),
          theme,
        ),
      table: {
        caption: title,
        columns: ["method", "seed", "epoch", axis],
        rows: () =>
          drawn.flatMap(({ row, run, points }) =>
            points.map(([epoch, value]) => [row.label, run.seed, epoch, factor * value]),
          ),
      },
    };
  }

  const drawThrottled = throttle(DRAW_MS, drawPlot);
  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (kinds.has("size")) plot.resize(box);
    if (["theme", "mount", "size", "curve"].some((kind) => kinds.has(kind))) drawThrottled.now();
    else if (kinds.has("race")) drawThrottled();
    if (kinds.has("highlight")) {
      legend.draw(card.data.rows, card.theme);
      lightUp(box, lines());
    }
  }
  return { draw, dispose: () => plot.purge(box) };
}
