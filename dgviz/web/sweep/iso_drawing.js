/** The lines of equal values over a map, and their labels, as SVG. */
import { css } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { write } from "../kit/sheet_text.js";
import { haloed, NUMBERS, px } from "./cell_marks.js";

/** Of lines of r. */
export const DASHES = "5 4";
/** The width of a line, and of the ground at both sides of it, in pixels. */
const [LINE, EDGE] = [1.4, 1.1];
/**
 * Dark on a light ground in all themes: the colours of the map are the same in all, and light lines could
 * hardly be seen on its light ones.
 * @type {import("../core/colours.js").Rgb[]}
 */
const [INK, GROUND] = [
  [23, 26, 31],
  [255, 255, 255],
];

/**
 * The lines of r are dashed. Labels lie on all lines.
 * @param {import("./iso_lines.js").Level[]} levels @param {import("../kit/theme.js").Theme} theme
 * @returns {SVGElement[]}
 */
export function isoNodes(levels, theme) {
  const lines = levels.flatMap(({ kind, parts }) => {
    const look = {
      d: parts.map(({ points }) => pathOf(points)).join(""),
      fill: "none",
      "stroke-linejoin": "round",
      ...(kind === "r" ? { "stroke-dasharray": DASHES } : {}),
    };
    return [
      svg("path", { ...look, stroke: css(GROUND, 0.8), "stroke-width": LINE + 2 * EDGE }),
      svg("path", { ...look, stroke: css(INK), "stroke-width": LINE }),
    ];
  });
  const labels = levels.flatMap(({ text, parts }) =>
    parts.map(({ label: { x, y } }) => write(text, x, y + 4, NUMBERS, theme.ink, haloed(theme))),
  );
  return [...lines, ...labels];
}

/** @param {import("./iso_lines.js").Point[]} points */
const pathOf = (points) => `M${points.map((point) => point.map(px).join(" ")).join("L")}`;
