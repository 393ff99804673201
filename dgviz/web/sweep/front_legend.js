/** What the dots, lines and marks of error against kept weights mean. */
import { outsideColour } from "./cell_marks.js";
import { fewestMark } from "./mark_legend.js";
import { dotSample, hollowSample, lineSample } from "./samples.js";

/**
 * @typedef {Object} Shown
 * @property {import("./front_drawing.js").Dot[]} dots
 * @property {(cell: number) => boolean} isInside whether a cell is within the ranges
 * @property {boolean} isLimited whether there are ranges
 * @property {boolean} isChosen whether a dot is opened
 * @property {string} fewest what the mark of the smallest network means; "" if no range brings it
 * @property {boolean} hasFewest whether it is there
 * @property {string} other the sweep whose front is drawn too; "" for none
 *
 * @param {Shown} shown @param {import("../kit/theme.js").Theme} theme
 * @returns {import("./mark_legend.js").Mark[]}
 */
export function frontMarks(shown, theme) {
  const { dots, isInside, isLimited, isChosen, other } = shown;
  const [elsewhere, early] = [
    dots.filter(({ isHere }) => !isHere),
    dots.filter(({ isEarly }) => isEarly),
  ].map((of) => ({
    isThere: of.some(({ cell }) => isInside(cell)),
    hasRoom: of.length > 0,
  }));
  return [
    { label: "cell", isThere: true, kind: "active", entry: { sample: dotSample(theme.active) } },
    { label: "pointed at", isThere: true, kind: "ring" },
    {
      label: "opened",
      isThere: isChosen,
      kind: "open",
      entry: { sample: hollowSample(theme.ink) },
    },
    {
      label: "Pareto front",
      isThere: true,
      line: { colour: theme.tau, isDashed: false },
      entry: { sample: lineSample(theme.tau, "none") },
    },
    {
      label: `that of ${other}`,
      isThere: other !== "",
      line: { colour: theme.muted, isDashed: true },
      entry: { sample: lineSample(theme.muted, "5 4") },
    },
    {
      label: "another part of the grid",
      ...elsewhere,
      kind: "elsewhere",
      entry: { sample: dotSample(theme.closed) },
    },
    {
      label: "stopped early",
      ...early,
      kind: "hollow",
      entry: { sample: hollowSample(theme.active) },
    },
    fewestMark(shown, theme),
    {
      label: "outside of the ranges",
      isThere: isLimited,
      hasRoom: true,
      kind: "outside",
      entry: { sample: dotSample(outsideColour(theme)) },
    },
  ];
}
