/** The figures behind a digit's story, and its flow to take away. */
import { inked } from "./digit_cells.js";
import { flowDrawing } from "./digit_flow.js";
import { captionOf } from "./sheets.js";

const [WIDTH, HEIGHT] = [760, 460];

/**
 * @typedef {import("./digit_story.js").State} State
 *
 * @param {import("../kit/mounting.js").Card} card @param {State} state
 * @returns {import("./sheets.js").Sheet}
 */
export function digitSheet(card, state) {
  const { names, probs, k, name } = state;
  const title = `A digit’s story: ${name}, what counts for and against ${names[k]}`;
  return {
    name: "digit-story",
    title,
    caption: captionOf(card),
    legend: [
      { colour: card.theme.active, words: `counts for ${names[k]}` },
      { colour: card.theme.tau, words: `counts against ${names[k]}` },
      { colour: inked(card.theme), words: "ink that adds nothing" },
    ],
    drawing: (theme) =>
      flowDrawing({
        ...state,
        width: WIDTH,
        height: HEIGHT,
        target: HEIGHT / 2,
        name: names[k],
        prob: probs[k],
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
 * A share is a part of all that speaks for or against the class, whatever its sign.
 * @param {State} state
 */
function rowsOf({ names, probs, dense, truth, macs, path, k }) {
  const heard = path.plus + path.minus;
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
    ["multiplications", "dense network", macs.dense, 1, macs.dense],
    ["multiplications", "active connections", macs.active, short(macs.active / macs.dense, 4), ""],
    ["multiplications", "needed by this image", macs.taken, short(macs.taken / macs.dense, 4), ""],
    ...path.strongest.map(({ unit, share }) => [
      adds,
      `unit ${unit}`,
      short(share, 4),
      short(Math.abs(share) / heard, 4),
      "",
    ]),
    [
      adds,
      `${others.units} other units`,
      short(others.plus - others.minus, 4),
      heard ? short((others.plus + others.minus) / heard, 4) : "",
      "",
    ],
    [adds, "bias", short(path.bias, 4), "", ""],
    [`logit of ${names[k]}`, "sum", short(path.logit, 4), "", ""],
  ];
}
