/** The maps for and against each class and their figures, to take away. */
import { captionOf } from "./sheets.js";

const ROOT = "(colour by square root)";

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {import("./evidence.js").Evidence} evidence
 * @param {Array<Omit<import("./sheet_picture.js").Panel, "width"|"height">>} maps what is drawn;
 *   the difference last
 * @param {{ends: [string, string], colours: import("../core/colours.js").Rgb[], caveat: string,
 *   pair: [number, number], apart: Float32Array, contour: string}} more
 * @returns {import("./sheets.js").Sheet}
 */
export function byClassSheet(card, evidence, maps, more) {
  const {
    ends: [each, both],
    colours,
    caveat,
    pair: [a, b],
    apart,
    contour,
  } = more;
  const {
    shape: { width, height },
    classes,
    names,
  } = evidence;
  return {
    name: "by-class",
    title: "For (blue) and against (orange) each class",
    caption: [caveat, ...captionOf(card)],
    legend: [
      { colours, low: `−${each}`, high: `+${each} ${ROOT}`, words: "classes" },
      { colours, low: `−${both}`, high: `+${both} ${ROOT}`, words: `${names[a]} or ${names[b]}` },
      ...(contour ? [{ lines: true, words: contour }] : []),
    ],
    panels: maps.map((map) => ({ ...map, width, height })),
    table: {
      caption: "What each pixel adds to each class",
      columns: [
        "pixel",
        "row",
        "column",
        ...names.map((name) => `class ${name}`),
        `${names[a]} minus ${names[b]}`,
      ],
      rows: () =>
        Array.from(apart, (gap, pixel) => [
          pixel,
          Math.floor(pixel / width),
          pixel % width,
          ...classes.map((values) => values[pixel]),
          gap,
        ]),
    },
  };
}
