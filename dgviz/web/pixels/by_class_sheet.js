/** The maps for and against each class and their figures, as a download. */
import { captionOf } from "../kit/sheets.js";
import { routeCaption } from "./chosen_route.js";

const ROOT = "(colour by square root)";

/**
 * @param {import("../kit/mounting.js").Card} card
 * @param {import("./evidence.js").Evidence} evidence
 * @param {Array<Omit<import("../kit/sheet_picture.js").Panel, "width"|"height">>} maps the classes that
 *   are drawn, and last the difference
 * @param {{ends: [string, string], colours: import("../core/colours.js").Rgb[], caveat: string,
 *   pair: [number, number], gap: Float32Array, contour: string}} more
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function byClassSheet(card, evidence, maps, more) {
  const {
    ends: [each, both],
    colours,
    caveat,
    pair: [a, b],
    gap,
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
    caption: [...routeCaption(card), caveat, ...captionOf(card)],
    legend: [
      { colours, low: `−${each}`, high: `+${each} ${ROOT}`, label: "classes" },
      { colours, low: `−${both}`, high: `+${both} ${ROOT}`, label: `${names[a]} or ${names[b]}` },
      ...(contour ? [{ lines: true, label: contour }] : []),
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
        Array.from(gap, (value, pixel) => [
          pixel,
          Math.floor(pixel / width),
          pixel % width,
          ...classes.map((values) => values[pixel]),
          value,
        ]),
    },
  };
}
