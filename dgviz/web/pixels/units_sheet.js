/** The gallery of hidden units as a download: the fields of a page, and a table of all units. */

import { signed } from "../core/format.js";
import { imageShape } from "../core/pixels.js";
import { captionOf } from "../kit/sheets.js";
import { routeCaption } from "./chosen_route.js";
import { colourOf, strip } from "./diverging.js";
import { endOf, fieldOf } from "./receptive_fields.js";
import { censusOf } from "./unit_order.js";

/** @type {Object<string, string>} */
const ORDERS = { index: "number", connections: "active inputs" };

/**
 * @param {import("../kit/mounting.js").Card} card @param {import("./network.js").Net} net
 * @param {{by: string, units: number[]}} order the order shown
 * @param {[number, number]} places that are drawn: the first and, exclusive, the last
 * @param {?number} end of the shared scale; null for a scale for each unit
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function unitsSheet(card, net, { by, units }, places, end) {
  const { theme } = card;
  const { channels, width, height } = imageShape(card.store.facts, net.pixels);
  const census = censusOf(net);
  const added = channels === 3 ? ", channels added" : "";
  const panels = units.slice(...places).map((unit) => {
    const field = fieldOf(net, unit, { channels, width, height });
    const most = end ?? endOf(field);
    return {
      title: `unit ${unit}${census[unit].inUse ? "" : ", dead"}`,
      width,
      height,
      colourOf: (/** @type {number} */ at) => colourOf(field[at], most, theme),
    };
  });
  return {
    name: "units",
    title: `Hidden units and their active weights, by ${ORDERS[by] ?? by}`,
    caption: [...routeCaption(card), ...captionOf(card)],
    panels,
    legend: [
      {
        colours: strip(theme),
        low: end === null ? "−" : `≤ −${signed(end, 2)}`,
        high: end === null ? "+" : `≥ +${signed(end, 2)}`,
        label: `active weights W${added}${end === null ? ", each unit on its own scale" : ""}`,
      },
    ],
    table: {
      caption: "All hidden units, in the order shown",
      columns: ["unit", "active inputs", "active outputs", "influence", "state"],
      rows: () =>
        units.map((unit) => {
          const { inputs, outputs, influence, inUse, why } = census[unit];
          return [unit, inputs, outputs, influence, inUse ? "in use" : `dead: ${why}`];
        }),
    },
  };
}
