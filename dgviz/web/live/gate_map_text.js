/** Texts of the connection map. */
import { count } from "../core/format.js";

/**
 * What the map shows, and which layers on the image it does not.
 * @param {import("../core/side_by_side.js").Shown} shown
 */
export function sizeText({ snapshot, names, others, pixels }) {
  const { rows } = snapshot.layers[0];
  const each = `${count(rows)} hidden units × ${count(pixels)} pixels`;
  const size = names.length > 1 ? `${count(names.length)} layers of ${each}` : each;
  return others.length ? `${size}; not shown: ${others.join(", ")}` : size;
}

/** The shown layers: "first layer", "layers expert 1 and expert 2". @param {import("../core/side_by_side.js").Shown} shown */
export const layersText = ({ names }) =>
  names.length > 1 ? `layers ${names.join(" and ")}` : "first layer";
