/** The landscape as files: its picture, and the table of its cells. */
import { svg } from "../kit/dom.js";
import { cellsOf } from "../kit/sheet_picture.js";
import { captionOf } from "./captions.js";
import { endOf } from "./cells.js";
import { FIGURES, namesFor } from "./figures.js";
import { fixedTexts, placesOf, tallOf } from "./grid.js";
import { DASHES } from "./iso_drawing.js";
import { cellLooks, isChart, lineState, marksOf } from "./landscape.js";
import { lineDrawing } from "./line_drawing.js";
import { BOTTOM, leftOf, TOP } from "./map_axes.js";
import { entriesOf } from "./mark_legend.js";
import { levelsOver, lineAccuracy, overMap } from "./over_map.js";
import { lineSample } from "./samples.js";
import { shownEpoch } from "./shown.js";

/** The most that the cells of a picture take, and one of them, in pixels. */
const [PICTURE_PX, WIDEST_CELL] = [560, 70];
/** The chart of a single axis, in pixels. */
const CHART = { width: 640, height: 380 };

/** @typedef {import("./landscape.js").Landscape} Landscape */

/**
 * @param {import("../kit/mounting.js").Card} card @param {Landscape} landscape
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function landscapeSheet(card, landscape) {
  const { all, plane, name, scale, inside } = landscape;
  const { grid } = all;
  const fixed = fixedTexts(grid, plane).map((text) => `${text}.`);
  const after = `after epoch ${shownEpoch(grid)} of ${grid.epochs}`;
  return {
    name: `sweep-${name}`,
    title: `${FIGURES[name].title} ${after}`,
    caption: [...captionOf(card, all, inside), ...fixed],
    drawing: (theme) =>
      isChart(landscape)
        ? lineDrawing(lineState(landscape, CHART, theme))
        : mapDrawing(landscape, theme),
    legend: [
      ...(scale && !isChart(landscape)
        ? [{ label: FIGURES[name].title, colours: scale.colours, ticks: scale.ticks }]
        : []),
      ...(isChart(landscape) ? [] : lineEntries(landscape, card.theme)),
      ...entriesOf(marksOf(landscape, card.theme)),
    ],
    table: tableOf(landscape, `All figures ${after}`),
  };
}

/** Where the cells of the map are. @param {Landscape} landscape @returns {import("./cell_marks.js").Box} */
function boxOf({ all, plane }) {
  const wide = Math.min(PICTURE_PX, WIDEST_CELL * plane.width);
  const cell = wide / plane.width;
  return { left: leftOf(all.grid, plane), top: TOP, cell, high: cell * tallOf(plane, wide) };
}

/**
 * The lines of equal values that there are: on the page, the choice of them says what they mean.
 * @param {Landscape} landscape @param {import("../kit/theme.js").Theme} theme
 * @returns {import("../kit/sheet_legend.js").LegendEntry[]}
 */
function lineEntries(landscape, theme) {
  const { sweeps } = landscape;
  const kinds = new Set(levelsOver(sweeps, boxOf(landscape)).map(({ kind }) => kind));
  return [...kinds].map((kind) => {
    const { title } = FIGURES[kind === "r" ? "ratio" : lineAccuracy(sweeps)];
    return {
      label: `equal ${title}`,
      sample: lineSample(theme.ink, kind === "r" ? DASHES : "none"),
    };
  });
}

/** @param {Landscape} landscape @param {import("../kit/theme.js").Theme} theme */
function mapDrawing(landscape, theme) {
  const { sweeps, plane } = landscape;
  const box = boxOf(landscape);
  const { left, cell, high } = box;
  const [width, height] = [left + plane.width * cell + 10, TOP + plane.height * high + BOTTOM];
  const panel = {
    title: "",
    width: plane.width,
    height: plane.height,
    tall: high / cell,
    bordered: true,
    ...cellLooks(landscape, theme),
  };
  return svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}` },
    svg("g", { transform: `translate(${left} ${TOP})` }, ...cellsOf(panel, cell, theme)),
    ...overMap(sweeps, box, theme),
  );
}

/** @param {Landscape} landscape @param {string} caption */
function tableOf({ all: { grid }, cells, inside }, caption) {
  return {
    caption,
    columns: [
      ...grid.axes.map((axis) => axis.name),
      "state",
      "collapsed",
      "seeds",
      "stopped early",
      "within the ranges",
      ...namesFor(grid).flatMap((one) => [one, `${one} least`, `${one} most`]),
    ],
    rows: () =>
      cells.map((one) => [
        ...placesOf(grid, one.number).map((at, i) => grid.axes[i].values[at]),
        ...endOf(one),
        one.done,
        one.stopped,
        inside.has(one.number) ? "yes" : "no",
        ...namesFor(grid).flatMap((figure) => {
          const { median, low, high } = one.figures[figure];
          return [median, low, high];
        }),
      ]),
  };
}
