/** Texts of the connection map. */
import { count } from "../core/format.js";

/** Names of layers that are listed; of more, the later layers are counted. */
const MAX_NAMES = 3;

/**
 * What the map shows, and which layers it does not.
 * @param {import("../core/side_by_side.js").Shown} shown
 */
export function sizeText({ snapshot, names, isShared, others, later, pixels }) {
  const { rows } = snapshot.layers[0];
  // In a chain, whose layers have only numbers, the rest is the output layer.
  if (!others.length && later.length === 1) {
    return `first layer: ${count(rows)} units × ${count(pixels)} pixels`;
  }
  const each = `${count(rows)} hidden units × ${count(pixels)} pixels`;
  const whose = isShared ? "of the same" : "of";
  const size = names.length > 1 ? `${count(names.length)} layers ${whose} ${each}` : each;
  const rest =
    others.length + later.length > MAX_NAMES && later.length > 1
      ? [...others, `${count(later.length)} later layers`]
      : [...others, ...later];
  return rest.length ? `${size}; not shown: ${rest.join(", ")}` : size;
}

/** The shown layers: "first layer", "layers expert 1 and expert 2". @param {import("../core/side_by_side.js").Shown} shown */
export const layersText = ({ names }) =>
  names.length > 1 ? `layers ${names.join(" and ")}` : "first layer";
