/** How a network routes images: the share of each route for each class. */
import { known } from "./format.js";
import { isName } from "./gates.js";

/**
 * @typedef {Object} Routing at the last evaluation before the snapshot
 * @property {string[]} routes names
 * @property {Array<?number[]>} byClass for each class the mean share of each route over its images, in
 *   [0, 1]; null for a class without images
 * @property {number[]} mean of each route over the classes with images
 * @property {number} images number of images, of all classes
 * @property {"validation"|"test"} of which images these are
 */

/**
 * The routing of a snapshot.
 * @param {?import("./gates.js").Snapshot} snapshot
 * @returns {?Routing} null for a method without routes, and if the snapshot does not hold it whole
 */
export function routingOf(snapshot) {
  const given = snapshot?.meta.routing;
  if (!given || !isWhole(given)) return null;
  const { routes, by_class: shares, images } = given;
  // The shares of an image add up to 1, so zeros only are those of a class without images.
  const byClass = shares.map((row) => (row.some((share) => share > 0) ? row : null));
  const rows = byClass.flatMap((row) => (row ? [row] : []));
  return {
    routes,
    byClass,
    mean: routes.map((_, at) => rows.reduce((sum, row) => sum + row[at], 0) / (rows.length || 1)),
    images,
    // Without validation images, a routing is that of the test images.
    of: known(snapshot.meta.validation_accuracy) ? "validation" : "test",
  };
}

/**
 * Whether there is a share of each route for each class, which a damaged snapshot may lack.
 * @param {import("./gates.js").GivenRouting} routing
 */
const isWhole = ({ routes, by_class: shares, images }) =>
  routes.length > 0 &&
  routes.every(isName) &&
  known(images) &&
  shares.length > 0 &&
  shares.every((row) => row.length === routes.length && row.every(known));
