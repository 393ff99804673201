/** The accuracy on validation images that the smallest network is to reach. */
import { known } from "../core/format.js";
import { fewestWeights } from "./cells.js";
import { insideOf } from "./ranges.js";
import { view } from "./view.js";

const AT_FIRST = 95;

/** In %. */
export const wantedPercent = () => {
  const given = view.get("accuracy");
  return given !== "" && known(Number(given)) ? Number(given) : AT_FIRST;
};

/**
 * The cell with the fewest weights of those within the ranges that reach it, all after the last epoch.
 * @param {import("./cells.js").Trials} trials
 */
export const smallestOf = (trials) =>
  trials.grid.validation
    ? fewestWeights(insideOf(trials, trials.grid.epochs).cells, wantedPercent() / 100)
    : null;
