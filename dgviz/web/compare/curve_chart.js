/** A value of all runs of a race over the epochs, in one chart. */
import { accuracyFloor } from "../core/accuracy_axis.js";
import { el, heading, setAttribute, setText, throttle } from "../kit/dom.js";
import { mountCard } from "../kit/mounting.js";
import * as plot from "../kit/plot.js";
import { sheetButtons } from "../kit/sheets.js";
import { areBandsQuiet, decisiveOf, linesOf, linesText } from "./curve_lines.js";
import { drawnLines } from "./curve_traces.js";
import * as highlight from "./highlight.js";
import { methodLegend } from "./method_legend.js";
import { lightUp, pictureOf, pointAtTraces } from "./plotted.js";
import * as race from "./race.js";
import { lineSample, methodEntries, ratioEntries } from "./samples.js";
import { view } from "./view.js";
import { viewButtons } from "./view_choice.js";

/** Room above the highest value, so that a line along it is not cut in half. */
const HEADROOM = 0.03;

/**
 * @typedef {import("./race.js").Curves} Curves
 * @typedef {import("./curve_lines.js").Line} Line
 *
 * @typedef {Object} Quantity
 * @property {string} name of the card and of its files
 * @property {string} title
 * @property {ReadonlyArray<readonly [keyof Curves, string]>} choices the curves that it can show, and
 *   their names
 * @property {string} axis title of its axis
 * @property {number} factor from the value to the axis
 * @property {string} hover its value, as Plotly's template
 * @property {string} digits of a deviation, as Plotly's format
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
  const { name, title, choices, axis, factor, empty: words } = quantity;
  const hasChoice = choices.length > 1;
  const shown = () => /** @type {keyof Curves} */ (hasChoice ? view.get("curve") : choices[0][0]);
  const box = el("div", { class: "plot", role: "figure", "data-testid": name });
  const empty = el("p", { class: "empty" }, words);
  const note = el("p", { class: "sub" });
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
      note,
    ),
  );
  box.addEventListener("plotted", () => lightUp(box, drawn()));

  const lines = () => linesOf(card.data.rows, shown());

  const drawn = () => drawnLines(lines(), quantity, card.data.rows, card.theme);

  /** @param {Line[]} all */
  function layoutOf(all) {
    // The others leave the chart at its lower edge.
    const points = decisiveOf(all).map((line) => line.points);
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
    const all = lines();
    chooser.draw();
    legend.draw(card.data.rows, card.theme);
    const text = linesText(all, areBandsQuiet(all) ? "highlighted" : "all");
    setText(note, text);
    empty.hidden = all.length > 0;
    box.style.visibility = all.length ? "" : "hidden";
    setAttribute(box, "aria-label", `${title} over the epochs. ${text}`);
    if (!all.length) return;
    const traces = drawn().map(({ trace }) => trace);
    void plot
      .draw(box, traces, layoutOf(all), card.theme, name)
      .then(() => pointAtTraces(box, (at) => drawn()[at]?.row.key));
  }

  /** @returns {?import("../kit/sheets.js").Sheet} */
  function sheet() {
    const all = lines();
    if (!all.length) return null;
    const seen = drawn().filter(({ row, isQuiet }) => !isQuiet || highlight.isChosen(row));
    const text = linesText(all, seen.length > all.length ? "all" : "none");
    return {
      name: `compare-${name}`,
      title: hasChoice ? `${title}, ${shown()}` : title,
      caption: [...(text ? [text] : []), ...card.data.caption],
      drawing: (theme) =>
        pictureOf(
          seen.map(({ trace }) => trace),
          layoutOf(all),
          theme,
        ),
      legend: [
        ...methodEntries(card.data.rows, card.theme, lineSample),
        ...ratioEntries(card.data.rows, card.theme),
      ],
      table: {
        caption: title,
        columns: ["method", "seeds", "epoch", axis, "standard deviation"],
        rows: () =>
          all.flatMap(({ row, seeds, points }) =>
            points.map(([epoch, value, deviation]) => [
              row.label,
              seeds.join(" "),
              epoch,
              factor * value,
              deviation === undefined ? "" : factor * deviation,
            ]),
          ),
      },
    };
  }

  const drawThrottled = throttle(plot.TRAINING_MS, drawPlot);
  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (kinds.has("size")) plot.resize(box);
    if (["theme", "mount", "size", "curve"].some((kind) => kinds.has(kind))) drawThrottled.now();
    else if (kinds.has("race")) drawThrottled();
    if (kinds.has("highlight")) {
      legend.draw(card.data.rows, card.theme);
      lightUp(box, drawn());
    }
  }
  return { draw, dispose: () => plot.purge(box) };
}
