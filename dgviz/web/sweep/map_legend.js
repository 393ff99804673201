/** What the marks on the map, or on the chart of a single axis, mean. */
import { mix } from "../core/colours.js";
import { outsideColour } from "./cell_marks.js";
import { hasFailed, isEarly } from "./cells.js";
import { FIGURES } from "./figures.js";
import { colourOf } from "./line_drawing.js";
import { fewestMark } from "./mark_legend.js";
import { cornerSample, hollowSample } from "./samples.js";

/** How much of the ground is in the colour of a cell outside of the ranges, on the map. */
export const FAINT = 0.82;
/** How much of it is in the colour of the band from the lowest to the highest seed. */
const FAINT_BAND = 0.8;

/**
 * @typedef {Object} Shown
 * @property {import("./cells.js").Cell[]} cells @property {import("./cells.js").Name} name of the figure
 * @property {boolean} isLine whether it is the chart @property {number} seeds
 * @property {boolean} isLimited whether there are ranges
 * @property {string} fewest what the mark of the smallest network means; "" if no range brings it
 * @property {boolean} hasFewest whether it is there
 *
 * @param {Shown} shown @param {import("../kit/theme.js").Theme} theme
 * @returns {import("./mark_legend.js").Mark[]}
 */
export function mapMarks(shown, theme) {
  const { cells, name, isLine, seeds, isLimited } = shown;
  const own = colourOf({ name, theme });
  const onAccuracy = FIGURES[name].isAccuracy ? " of-accuracy" : "";
  return [
    {
      label: "begun",
      isThere: cells.some(({ kind }) => kind === "begun"),
      kind: "ring",
      entry: { sample: hollowSample(theme.active) },
    },
    {
      label: "diverged or collapsed",
      isThere: cells.some(({ kind }) => hasFailed(kind)),
      kind: "blank",
      entry: { hatched: true },
    },
    {
      label: `from the lowest to the highest of ${seeds} seeds`,
      isThere: isLine && seeds > 1 && cells.some(({ kind }) => kind === "done"),
      kind: `band${onAccuracy}`,
      entry: { colour: mix(own, theme.ground, FAINT_BAND) },
    },
    {
      label: "stopped early",
      isThere: cells.some(isEarly),
      kind: isLine ? `hollow${onAccuracy}` : "early",
      entry: { sample: isLine ? hollowSample(own) : cornerSample(theme) },
    },
    fewestMark(shown, theme),
    {
      label: "outside of the ranges",
      isThere: isLimited,
      hasRoom: true,
      kind: isLine ? "outside" : "faint",
      entry: { colour: isLine ? outsideColour(theme) : mix(theme.muted, theme.ground, FAINT) },
    },
  ];
}
