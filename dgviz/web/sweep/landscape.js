/** What the landscape shows: the cells of two axes with their colours, or the chart of a single one. */
import { mix } from "../core/colours.js";
import { known } from "../core/format.js";
import { hasFailed } from "./cells.js";
import { axisScale } from "./figure_scale.js";
import { FIGURES } from "./figures.js";
import { FAINT, mapMarks } from "./map_legend.js";
import { fewestPlace, shownCells } from "./over_map.js";
import { insideOf } from "./ranges.js";
import { shownEpoch, shownFigure, shownPlane, shownScale } from "./shown.js";
import { fewestLabel, wantedPercent } from "./wanted.js";

/**
 * @typedef {import("./cells.js").Trials} Trials
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {ReturnType<typeof landscapeOf>} Landscape
 *
 * @param {Trials[]} sweeps on the page, the one that is shown first
 */
export function landscapeOf(sweeps) {
  const [all] = sweeps;
  return {
    all,
    sweeps,
    plane: shownPlane(all.grid),
    name: shownFigure(...sweeps.map(({ grid }) => grid)),
    cells: shownCells(all),
    scale: shownScale(...sweeps),
    inside: insideOf(all),
  };
}

/** Whether it is the chart of a single axis. @param {Landscape} landscape */
export const isChart = ({ plane }) => plane.y === null;

/**
 * How its cells look, by their places: the colour of each, null for none, and whether it is hatched.
 * @param {Landscape} landscape @param {Theme} theme
 */
export const cellLooks = ({ cells, name, scale, inside }, theme) => ({
  /** @param {number} place */
  colourOf: (place) => {
    const { kind, number, figures: of } = cells[place];
    if (kind !== "done" || !scale || !known(of[name].median)) return null;
    const colour = scale.colourOf(of[name].median);
    return inside.has(number) ? colour : mix(colour, theme.ground, FAINT);
  },
  hatched: (/** @type {number} */ place) => hasFailed(cells[place].kind),
});

/**
 * What the chart of a single axis shows. Its scale is from the values of the shown epoch and of the last
 * one, so that it hardly changes while one scrubs. Two sweeps have the same scale.
 * @param {Landscape} landscape @param {{width: number, height: number}} size @param {Theme} theme
 * @returns {import("./line_drawing.js").LineState}
 */
export function lineState({ all, sweeps, plane, name, cells, inside }, size, theme) {
  const done = sweeps
    .flatMap((one) =>
      [shownEpoch(one.grid), one.grid.epochs].flatMap((after) => shownCells(one, after)),
    )
    .filter(({ kind }) => kind === "done");
  const scale = axisScale(
    FIGURES[name],
    done.flatMap(({ figures: { [name]: of } }) => [of.low, of.high]),
  );
  const [axis, fewest] = [all.grid.axes[plane.x], fewestPlace(all, sweeps)];
  return { axis, name, cells, fewest, scale, isInside: inside.has, size, theme };
}

/** The marks of its legend. @param {Landscape} landscape @param {Theme} theme */
export const marksOf = (landscape, theme) => {
  const { all, sweeps, cells, name, inside } = landscape;
  return mapMarks(
    {
      cells,
      name,
      isLine: isChart(landscape),
      seeds: all.grid.seeds,
      isLimited: inside.text !== "",
      fewest: fewestLabel(all, wantedPercent(sweeps)),
      hasFewest: fewestPlace(all, sweeps) >= 0,
    },
    theme,
  );
};
