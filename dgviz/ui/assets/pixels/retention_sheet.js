/** The retention maps and their figures, to take away. */
import { count } from "../format.js";
import { kindOf } from "./retained.js";
import { captionOf } from "./sheets.js";

/**
 * @param {import("../mounting.js").Card} card @param {import("./retained.js").Retained} state
 * @param {Object[]} maps what is drawn: {title, values, end, colours, colourOf}
 * @param {{contour: ?Object, words: string, ink: ?Float32Array}} lines
 * @returns {import("./sheets.js").Sheet}
 */
export function retentionSheet(card, state, maps, { contour, words, ink }) {
  const { shape: { width, height }, blank, of, blanks, pruned, retained } = state;
  const kinds = [
    { colour: card.theme.pruned, words: `pruned although it carries ink: ${count(pruned)}` },
    { hatched: true, words: `always zero in the data: ${count(blanks)}` },
  ];
  return {
    name: "retention",
    title: `What the pixels retain: ${count(retained)} of ${count(width * height)} are in use`,
    caption: captionOf(card),
    legend: [
      ...maps.map(({ title, colours, last }) => ({ colours, low: "0", high: last, words: title })),
      ...kinds, ...(contour ? [{ lines: true, words }] : []),
    ],
    panels: maps.map(({ title, colourOf }) => ({
      title, width, height, colourOf, hatched: (pixel) => blank[pixel] === 1, contour,
    })),
    table: {
      caption: "What each pixel retains",
      columns: ["pixel", "row", "column", "kind", `connections kept of ${of}`, "sum of |W|",
        "path weight", "mean ink"],
      rows: () => Array.from(state.count, (kept, pixel) => [
        pixel, Math.floor(pixel / width), pixel % width, kindOf(state, pixel), kept,
        state.weight?.[pixel] ?? "", state.paths?.[pixel] ?? "", ink?.[pixel] ?? "",
      ]),
    },
  };
}
