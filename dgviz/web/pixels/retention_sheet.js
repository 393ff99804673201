/** The maps of the pixels in use and their figures, as a download. */
import { count } from "../core/format.js";
import { captionOf } from "../kit/sheets.js";

/**
 * @typedef {Omit<import("../kit/sheet_picture.js").Panel, "width"|"height"> & Scaled} DrawnMap
 * @typedef {{colours: import("../core/colours.js").Rgb[], ticks: Array<[number, string]>,
 *   scale: string}} Scaled scale: name of the scale of its colours
 *
 * @param {import("../kit/mounting.js").Card} card @param {import("./pixel_measures.js").PixelMeasures} state
 * @param {DrawnMap[]} maps
 * @param {{contour: import("../kit/sheet_picture.js").Panel["contour"], text: string,
 *   ink: ?Float32Array}} lines
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function retentionSheet(card, state, maps, { contour, text, ink }) {
  const {
    shape: { width, height },
    of,
    blanks,
    unused,
    used,
  } = state;
  const kinds = [
    { striped: true, label: `unused: has ink, but no active connection (${count(unused)})` },
    { hatched: true, label: `always blank in training (${count(blanks)})` },
  ];
  return {
    name: "pixels-in-use",
    title: `Which pixels are in use: ${count(used)} of ${count(width * height)}`,
    caption: captionOf(card),
    legend: [
      ...maps.map(({ scale, colours, ticks }) => ({ colours, ticks, label: scale })),
      ...kinds,
      ...(contour ? [{ lines: true, label: text }] : []),
    ],
    panels: maps.map((map) => ({ ...map, width, height, contour })),
    table: {
      caption: "The connections of each pixel",
      columns: [
        "pixel",
        "row",
        "column",
        "kind",
        `active connections of ${of}`,
        "sum of |W|",
        "path weight",
        "mean ink",
      ],
      rows: () =>
        Array.from(state.active, (active, pixel) => [
          pixel,
          Math.floor(pixel / width),
          pixel % width,
          state.kinds[pixel],
          active,
          state.weight?.[pixel] ?? "",
          state.paths?.[pixel] ?? "",
          ink?.[pixel] ?? "",
        ]),
    },
  };
}
