/** What lies over the cells of the map: axes, lines of equal values, and marks in cells. */
import { markNodes } from "./cell_marks.js";
import { namesFor } from "./figures.js";
import { hasLines } from "./grid.js";
import { isoNodes } from "./iso_drawing.js";
import { levelsOf } from "./iso_lines.js";
import { axesNodes } from "./map_axes.js";
import { shownEpoch, shownPlane } from "./shown.js";
import { view } from "./view.js";
import { smallestOf, wantedPercent } from "./wanted.js";

/** @typedef {import("./cells.js").Trials} Trials */

/**
 * @param {Trials[]} sweeps on the page, that of the map first
 * @param {import("./cell_marks.js").Box} box @param {import("../kit/theme.js").Theme} theme
 * @returns {SVGElement[]}
 */
export function overMap(sweeps, box, theme) {
  const [all] = sweeps;
  const plane = shownPlane(all.grid);
  return [
    ...axesNodes(all.grid, plane, box, theme),
    ...isoNodes(levelsOver(sweeps, box), theme),
    ...markNodes(shownCells(all), fewestPlace(all, sweeps), plane.width, box, theme),
  ];
}

/**
 * All that it is drawn from, besides box and theme: the same objects as long as it is the same.
 * @param {Trials[]} sweeps as in `overMap`
 */
export const sourcesOf = (sweeps) => [
  view.get("lines"),
  ...sweeps.flatMap((all) => [
    all.cells(shownEpoch(all.grid)),
    shownPlane(all.grid),
    fewestPlace(all, sweeps),
  ]),
];

/**
 * The cells of the map of a sweep after an epoch, by their places.
 * @param {Trials} trials @param {number} [epoch] the shown one if it is not given
 */
export function shownCells(trials, epoch = shownEpoch(trials.grid)) {
  const every = trials.cells(epoch);
  return shownPlane(trials.grid).cells.map((number) => every[number]);
}

/**
 * The place of the cell with the fewest weights on the map of a sweep; -1 if it is elsewhere.
 * @param {Trials} trials @param {Trials[]} sweeps on the page, in any order
 */
export function fewestPlace(trials, sweeps) {
  const best = smallestOf(trials, wantedPercent(sweeps));
  return best ? shownPlane(trials.grid).cells.indexOf(best.number) : -1;
}

/** The accuracy of the lines, which all sweeps have. @param {Trials[]} sweeps */
export const lineAccuracy = (sweeps) => namesFor(...sweeps.map(({ grid }) => grid))[0];

/**
 * The levels of the lines that the reader wants. Maps beside one another are equally wide and high.
 * @param {Trials[]} sweeps as in `overMap` @param {import("./cell_marks.js").Box} box of the first map
 */
export function levelsOver(sweeps, box) {
  const [{ grid: first }] = sweeps;
  const own = shownPlane(first);
  if (!hasLines(first, own)) return [];
  const withLines = sweeps.filter(({ grid }) => hasLines(grid, shownPlane(grid)));
  const maps = withLines.map((all) => {
    const { width, height } = shownPlane(all.grid);
    const cells = shownCells(all);
    /** @param {import("./cells.js").Name} name */
    const valuesOf = (name) =>
      cells.map(({ kind, figures }) => (kind === "done" ? figures[name].median : NaN));
    return {
      values: { accuracy: valuesOf(lineAccuracy(sweeps)), r: valuesOf("ratio") },
      width,
      height,
      fewest: fewestPlace(all, sweeps),
      box: { ...box, cell: (box.cell * own.width) / width, high: (box.high * own.height) / height },
    };
  });
  const wanted = view.get("lines") || "both";
  const kinds = /** @type {const} */ (["accuracy", "r"]).filter(
    (kind) => wanted === "both" || wanted === kind,
  );
  return levelsOf(maps, kinds)[0];
}
