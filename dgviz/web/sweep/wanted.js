/** The accuracy on validation images that the smallest network is to reach. */
import { known } from "../core/format.js";
import { view } from "./view.js";

const AT_FIRST = 95;

/** In %. */
export const wantedPercent = () => {
  const given = view.get("accuracy");
  return given !== "" && known(Number(given)) ? Number(given) : AT_FIRST;
};

/** As a fraction. */
export const wantedAccuracy = () => wantedPercent() / 100;
