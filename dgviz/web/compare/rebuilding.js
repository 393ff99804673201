/** When a card of a comparison is built anew: not at every draw, because that ends a hover and a press. */

/**
 * @returns {(...values: any[]) => boolean} whether the values, as JSON, differ from those of the
 *   call before; true at first
 */
export function changes() {
  let last = "";
  return (...values) => {
    const now = JSON.stringify(values);
    const isOther = now !== last;
    last = now;
    return isOther;
  };
}

/** What the buttons of rows show. @param {import("./race.js").RaceRow[]} rows */
export const looksOf = (rows) => rows.map(({ label, series }) => [label, series]);
