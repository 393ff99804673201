/** A digit's story as a download: its flow and its figures. */

import { captionOf } from "../kit/sheets.js";
import { inkColour } from "./digit_cells.js";
import { flowDrawing } from "./digit_flow_drawing.js";
import { partName } from "./digit_text.js";

const [WIDTH, HEIGHT] = [760, 460];

/**
 * @typedef {import("./digit_story.js").State} State
 *
 * @param {import("../kit/mounting.js").Card} card @param {State} state
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function digitSheet(card, state) {
  const { names, k, name } = state;
  const title = `A digit’s story: ${name}, what counts for and against ${names[k]}`;
  return {
    name: "digit-story",
    title,
    caption: [...(state.routes ? [state.routes.text] : []), ...captionOf(card)],
    legend: [
      { colour: card.theme.active, label: `counts for ${names[k]}` },
      { colour: card.theme.tau, label: `counts against ${names[k]}` },
      { colour: inkColour(card.theme), label: "ink that adds nothing" },
    ],
    drawing: (theme) =>
      flowDrawing({
        ...state,
        width: WIDTH,
        height: HEIGHT,
        target: HEIGHT / 2,
        name: names[k],
        pinned: null,
        theme,
      }).node,
    table: {
      caption: title,
      columns: ["what", "which", "this network", "share", "dense baseline"],
      rows: () => rowsOf(state),
    },
  };
}

/**
 * The table's rows. The share of a unit is |share| / (plus + minus); see `Path`.
 * @param {State} state
 */
function rowsOf({ names, probs, prob, alone, dense, truth, macs, path, k, routes }) {
  const total = path.plus + path.minus;
  /** @param {number} x @param {number} [digits] */
  const short = (x, digits = 6) => Number(x.toFixed(digits));
  const adds = `adds to the logit of ${names[k]}`;
  const { others } = path;
  return [
    ...names.map((name, at) => [
      "probability",
      at === truth ? `${name} (true class)` : name,
      short(probs[at]),
      "",
      dense ? short(dense[at]) : "",
    ]),
    ...(alone ? [[`probability, of ${alone} alone`, names[k], short(prob), "", ""]] : []),
    ...(routes?.names.map((name, i) => ["route", name, "", short(routes.shares[i]), ""]) ?? []),
    ["multiplications", routes ? "all weights" : "dense network", macs.dense, 1, macs.dense],
    [
      "multiplications",
      routes ? "computed for this image" : "active connections",
      macs.active,
      short(macs.active / macs.dense, 4),
      "",
    ],
    ["multiplications", "needed by this image", macs.taken, short(macs.taken / macs.dense, 4), ""],
    ...path.strongest.map(({ place, share }) => [
      adds,
      partName(place),
      short(share, 4),
      short(Math.abs(share) / total, 4),
      "",
    ]),
    [
      adds,
      `${others.units} other units`,
      short(others.plus - others.minus, 4),
      total ? short((others.plus + others.minus) / total, 4) : "",
      "",
    ],
    [adds, "bias", short(path.bias, 4), "", ""],
    [`logit of ${names[k]}`, "sum", short(path.logit, 4), "", ""],
  ];
}
