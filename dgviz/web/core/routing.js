/** How a network routes images: the share of each route for each class. */
import { known } from "./format.js";
import { isName } from "./gates.js";

/**
 * @typedef {Object} Routing at the last evaluation before the snapshot
 * @property {string[]} routes names
 * @property {Array<?number[]>} byClass for each class the mean share of each route over its images, in
 *   [0, 1]; null for a class without images
 * @property {number[]} mean share of each route over all images
 * @property {number} images their number
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
  const { routes, by_class: shares, mean, images } = given;
  return {
    routes,
    // The shares of an image add up to 1, so zeros only are those of a class without images.
    byClass: shares.map((row) => (row.some((share) => share > 0) ? row : null)),
    mean,
    images,
    // Without validation images, a routing is that of the test images.
    of: known(snapshot.meta.validation_accuracy) ? "validation" : "test",
  };
}

/**
 * Whether there is a share of each route for each class, which a damaged snapshot may lack.
 * @param {import("./gates.js").GivenRouting} routing
 */
const isWhole = ({ routes, by_class: shares, mean, images }) =>
  routes.length > 0 &&
  routes.every(isName) &&
  known(images) &&
  shares.length > 0 &&
  [...shares, mean].every((row) => row?.length === routes.length && row.every(known));

/**
 * The mean share of a route over all images at each evaluation, as the log has it.
 * @param {import("./store.js").RoutingEntry[]} entries @param {number} at index of the route
 * @returns {Array<[number, number]>} epoch and share
 */
export const courseOf = (entries, at) =>
  entries.flatMap(({ epoch, shares }) =>
    known(epoch) && known(shares?.[at]) ? [[epoch, shares[at]]] : [],
  );
