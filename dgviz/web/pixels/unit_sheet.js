/** A hidden unit as a download: pictures and table of its weights. */

import { signed } from "../core/format.js";
import { atTau, gateOf } from "../core/gates.js";
import { placeText } from "../core/pixels.js";
import { captionOf } from "../kit/sheets.js";
import { routeCaption } from "./chosen_route.js";
import { colourOf, strip } from "./diverging.js";
import { endOf, fieldOf } from "./receptive_fields.js";

/** @typedef {import("./network.js").Net} Net */

/**
 * All weights of a unit to the classes, those of closed connections too.
 * @param {import("../kit/mounting.js").Card} card @param {Net} net @param {number} unit
 * @returns {Array<{k: number, name: string, active: boolean, weight: number, gate: ?number}>} by class
 */
export function outgoing({ store: { gates, weights, facts } }, net, unit) {
  return Array.from({ length: net.classes }, (_, k) => {
    const at = k * net.units + unit;
    return {
      k,
      name: facts?.classes?.[k] ?? String(k),
      active: net.layers[1].mask[at] === 1,
      weight: weights?.layers[1].data[at] ?? NaN,
      gate: gateOf(gates?.layers[1], at),
    };
  });
}

/**
 * @param {import("../kit/mounting.js").Card} card @param {Net} net
 * @param {number} unit @param {import("../core/pixels.js").Shape} shape
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function unitSheet(card, net, unit, shape) {
  const { theme } = card;
  const field = fieldOf(net, unit, shape);
  const out = outgoing(card, net, unit);
  const [inputEnd, outputEnd] = [
    endOf(field),
    Math.max(...out.map(({ weight }) => Math.abs(weight))) || 1,
  ];
  /** @param {number} end @param {string} label */
  const scale = (end, label) => ({
    colours: strip(theme),
    low: `≤ −${signed(end, 2)}`,
    high: `≥ +${signed(end, 2)}`,
    label,
  });
  const added = shape.channels === 3 ? ", channels added" : "";
  const { scores = "" } = card.store.gates?.meta ?? {};
  return {
    name: `unit-${unit}`,
    title: `Hidden unit ${unit}: its active weights from the pixels and to the classes`,
    caption: [...routeCaption(card), ...captionOf(card)],
    legend: [
      scale(inputEnd, `active weights from the pixels${added}`),
      scale(outputEnd, `active weights to ${out.map(({ name }) => name).join(", ")}`),
    ],
    panels: [
      {
        title: "from the pixels",
        width: shape.width,
        height: shape.height,
        colourOf: (at) => colourOf(field[at], inputEnd, theme),
      },
      {
        title: "to the classes",
        width: out.length,
        height: 1,
        colourOf: (k) => (out[k].active ? colourOf(out[k].weight, outputEnd, theme) : null),
      },
    ],
    table: {
      caption: `All weights of hidden unit ${unit}${atTau(card.store.gates, card.tau)}`,
      columns: ["side", "number", "place", "W", ...(scores ? [scores] : []), "active"],
      rows: () => [
        ...inputRows(card, net, unit, shape),
        ...out.map(({ k, name, active, weight, gate }) => [
          "output",
          k,
          name,
          weight,
          ...(scores ? [gate ?? ""] : []),
          active ? "yes" : "no",
        ]),
      ],
    },
  };
}

/**
 * @param {import("../kit/mounting.js").Card} card @param {Net} net @param {number} unit
 * @param {import("../core/pixels.js").Shape} shape
 */
function inputRows({ store: { gates, weights } }, net, unit, shape) {
  return Array.from({ length: net.pixels }, (_, input) => {
    const at = unit * net.pixels + input;
    return [
      "input",
      input,
      placeText(input, shape),
      weights?.layers[0].data[at] ?? NaN,
      ...(gates?.meta.scores ? [gateOf(gates.layers[0], at) ?? ""] : []),
      net.layers[0].mask[at] ? "yes" : "no",
    ];
  });
}
