/** A legend of the marks in a picture of a sweep: the same one on the page and in a file. */
import { css } from "../core/colours.js";
import { lineKey, swatch } from "../kit/legend.js";
import { diamondSample } from "./samples.js";

/**
 * @typedef {import("../kit/sheet_legend.js").LegendEntry} LegendEntry
 *
 * @typedef {Object} Mark
 * @property {string} label
 * @property {boolean} isThere whether it is in the picture
 * @property {boolean} [hasRoom] whether it has its room on the page though it is not there: one that comes
 *   with a range would otherwise move the axis on which the range is dragged
 * @property {string} [kind] of its swatch on the page
 * @property {{colour: import("../core/colours.js").Rgb, isDashed: boolean}} [line] instead of a swatch
 * @property {Omit<LegendEntry, "label">} [entry] its sample in a file; none if only the page has it
 */

/**
 * The mark of the smallest network that reaches an accuracy.
 *
 * @param {{fewest: string, hasFewest: boolean}} shown what it means, "" if no range brings it; whether it is there
 * @param {import("../kit/theme.js").Theme} theme
 * @returns {Mark}
 */
export const fewestMark = ({ fewest, hasFewest }, theme) => ({
  label: fewest,
  isThere: hasFewest,
  hasRoom: fewest !== "",
  kind: "diamond",
  entry: { sample: diamondSample(theme) },
});

/** Of the page. @param {Mark[]} marks */
export const keysOf = (marks) =>
  marks
    .filter(({ isThere, hasRoom }) => isThere || hasRoom)
    .map(({ label, isThere, kind = "", line }) => {
      const node = line
        ? lineKey(label, {
            color: css(line.colour),
            width: 2,
            dash: line.isDashed ? "4px,3px" : "solid",
          })
        : swatch(kind, label).node;
      if (!isThere) node.style.visibility = "hidden";
      return node;
    });

/** Of a file. @param {Mark[]} marks @returns {LegendEntry[]} */
export const entriesOf = (marks) =>
  marks.flatMap(({ label, isThere, entry }) => (isThere && entry ? [{ label, ...entry }] : []));
