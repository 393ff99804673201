/** What the card of parallel coordinates says about the cells that have a line, and about the others. */
import { count } from "../core/format.js";
import { hasFailed, isEarly } from "./cells.js";

/** @param {number} shown cells with a line @param {import("./cells.js").Cell[]} cells all of the sweep */
export function linesText(shown, cells) {
  const all = cells.length;
  const failed = cells.filter(({ kind }) => hasFailed(kind)).length;
  const waiting = cells.filter(({ kind }) => kind === "missing" || kind === "begun").length;
  const without = [
    ...(failed ? [`${count(failed)} diverged or collapsed`] : []),
    ...(waiting ? [`${count(waiting)} ${waiting === 1 ? "is" : "are"} not done yet`] : []),
  ].join(", ");
  const have = shown === 1 ? "has" : "have";
  const those =
    shown < all
      ? `${count(shown)} of ${count(all)} cells ${have} a line${without && `: ${without}`}.`
      : `${all === 1 ? "The only cell has" : `All ${count(all)} cells have`} a line.`;
  return `${those} Drag along an axis to show only those in a range.`;
}

/** @param {import("./cells.js").Cell[]} cells within the ranges */
export function earlyText(cells) {
  const early = cells.filter(isEarly).length;
  if (cells.length === 1) return early ? " Trials of it were stopped early." : "";
  return early ? ` Trials of ${count(early)} of them were stopped early.` : "";
}
