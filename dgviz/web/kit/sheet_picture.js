/** The downloaded picture of a card: title, panels, legend and caption in one SVG. */
import { css } from "../core/colours.js";
import { contourLines, pathOf } from "../core/contours.js";
import { svg } from "./dom.js";
import { LEAST_BORDERED } from "./grid_picture.js";
import { legendOf } from "./sheet_legend.js";
import { FONT, wrap, write } from "./sheet_text.js";

const MARGIN = 24;
const GAP = 20;
const LEAST_WIDTH = 560;
const PNG_SCALE = 3;
/** By the number of panels: columns, side of a panel and font size of its title in pixels. */
const LAYOUTS = [
  { most: 1, columns: 1, room: 420, size: 13 },
  { most: 4, columns: 4, room: 280, size: 13 },
  { most: 40, columns: 5, room: 180, size: 13 },
  { most: Infinity, columns: 16, room: 72, size: 8 },
];

/**
 * @typedef {Object} Panel
 * @property {string} title
 * @property {number} width in cells
 * @property {number} height in cells
 * @property {number} [tall] the height of a cell divided by its width; without it, cells are squares
 * @property {boolean} [bordered] as in `GridState`
 * @property {(cell: number) => ?import("../core/colours.js").Rgb} colourOf
 * @property {(cell: number) => boolean} [hatched] always blank
 * @property {(cell: number) => boolean} [striped] unused
 * @property {?{values: Float32Array, levels: number[]}} [contour]
 * @property {number[]} [outlines] cells
 */

/**
 * @typedef {import("./theme.js").Theme} Theme
 *
 * @param {import("./sheets.js").Sheet} sheet @param {Theme} theme
 */
export async function sheetPicture(sheet, theme) {
  const body = sheet.drawing
    ? nested(await sheet.drawing(theme))
    : panelsOf(sheet.panels ?? [], theme);
  const inner = Math.max(LEAST_WIDTH, body.width);
  /** @type {SVGElement[]} */
  const parts = [];
  let y = MARGIN;
  for (const line of wrap(sheet.title, 18, inner)) {
    parts.push(write(line, MARGIN, y + 16, 18, theme.ink, { "font-weight": 650 }));
    y += 25;
  }
  y += 8;
  parts.push(svg("g", { transform: `translate(${MARGIN} ${y})` }, body.node));
  y += body.height + GAP;
  const legend = legendOf(sheet.legend ?? [], inner, theme);
  parts.push(svg("g", { transform: `translate(${MARGIN} ${y})` }, ...legend.nodes));
  y += legend.height;
  for (const line of sheet.caption.flatMap((text) => wrap(text, 12, inner))) {
    parts.push(write(line, MARGIN, y + 12, 12, theme.muted));
    y += 17;
  }
  const [width, height] = [inner + 2 * MARGIN, y + MARGIN - 4];
  return svg(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": FONT,
    },
    patterns(theme),
    svg("rect", { width, height, fill: css(theme.ground) }),
    ...parts,
  );
}

/**
 * The page's patterns: thin rising lines for always blank pixels, falling stripes for unused ones.
 * @param {Theme} theme
 */
export function patterns(theme) {
  /** @param {string} id @param {...SVGElement} parts */
  const pattern = (id, ...parts) =>
    svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, ...parts);
  return svg(
    "defs",
    {},
    pattern(
      "hatching",
      svg("path", { d: "M-1 1L1 -1M0 6L6 0M5 7L7 5", stroke: css(theme.muted, 0.7) }),
    ),
    pattern(
      "stripes",
      svg("rect", { width: 6, height: 6, fill: css(theme.unused) }),
      svg("path", {
        d: "M-1 5L1 7M0 0L6 6M5 -1L7 1",
        stroke: css(theme.ground, 0.8),
        "stroke-width": 1.5,
      }),
    ),
  );
}

/** @param {SVGSVGElement} node */
function nested(node) {
  const [width, height] = ["width", "height"].map((name) => Number(node.getAttribute(name)));
  return { node, width, height };
}

/** @param {Panel[]} panels @param {Theme} theme */
function panelsOf(panels, theme) {
  const { columns, room, size } = LAYOUTS.find(({ most }) => panels.length <= most) ?? LAYOUTS[0];
  const node = svg("g");
  let [bottom, right] = [0, 0];
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    const cells = row.map(({ width, height }) => room / Math.max(width, height));
    const titles = row.map(({ title }) => wrap(title, size, room));
    const head = 4 + (size + 3) * Math.max(...titles.map((lines) => lines.length));
    row.forEach((panel, i) => {
      const x = i * (room + GAP);
      const above = head - 8 - (size + 3) * (titles[i].length - 1);
      node.append(
        svg(
          "g",
          { transform: `translate(${x} ${bottom})` },
          ...titles[i].map((line, at) => write(line, 0, above + at * (size + 3), size, theme.ink)),
          svg("g", { transform: `translate(0 ${head})` }, ...cellsOf(panel, cells[i], theme)),
        ),
      );
      right = Math.max(right, x + room);
    });
    bottom += head + Math.max(...row.map(({ height }, i) => height * cells[i])) + GAP;
  }
  return { node, width: right, height: bottom - GAP };
}

/** @param {number} x */
const round = (x) => Number(x.toFixed(2));

/**
 * Draw a panel. Adjacent cells of one colour are one rectangle: a third of the size, and no seams.
 * @param {Panel} panel @param {number} cell width of a cell in pixels @param {Theme} theme
 */
export function cellsOf(panel, cell, theme) {
  const { width, height, colourOf, hatched, striped, contour, outlines = [], tall = 1 } = panel;
  const bordered = panel.bordered && Math.min(cell, cell * tall) >= LEAST_BORDERED;
  const high = cell * tall;
  const fills = Array.from({ length: width * height }, (_, at) => {
    const colour = hatched?.(at) || striped?.(at) ? null : colourOf(at);
    return colour ? `rgb(${colour})` : null;
  });
  /** @type {SVGElement[]} */
  const nodes = [];
  for (let at = 0, end = 0; at < fills.length; at = end) {
    for (end = at + 1; end % width && fills[end] === fills[at]; ) end++;
    if (!fills[at]) continue;
    nodes.push(
      svg("rect", {
        x: at % width,
        y: Math.floor(at / width),
        width: end - at,
        height: 1,
        fill: fills[at],
      }),
    );
  }
  const grid = svg(
    "g",
    {
      "shape-rendering": "crispEdges",
      transform: `scale(${cell} ${high})`,
    },
    ...nodes,
  );
  // One unscaled path, so that the pattern continues across cells and matches the legend's.
  /** @param {string} id @param {Panel["hatched"]} isCell */
  const patterned = (id, isCell) =>
    svg("path", {
      fill: `url(#${id})`,
      d: fills
        .map((_, at) =>
          isCell?.(at)
            ? `M${round((at % width) * cell)} ` +
              `${round(Math.floor(at / width) * high)}h${round(cell)}v${round(high)}h${round(-cell)}z`
            : "",
        )
        .join(""),
    });
  /** @param {number} length of a side in cells @param {(at: number) => string} lineAt */
  const between = (length, lineAt) =>
    Array.from({ length: length - 1 }, (_, at) => lineAt(at + 1)).join("");
  const borders = bordered
    ? [
        svg("path", {
          d:
            between(width, (at) => `M${round(at * cell)} 0v${round(height * high)}`) +
            between(height, (at) => `M0 ${round(at * high)}h${round(width * cell)}`),
          stroke: css(theme.ground),
        }),
      ]
    : [];
  const frame = svg("rect", {
    width: width * cell,
    height: height * high,
    fill: "none",
    stroke: theme.grid,
  });
  const path = contour
    ? pathOf(
        contour.levels.flatMap((level) => contourLines(contour.values, width, level)),
        0,
        0,
        cell,
      )
    : "";
  /** @param {string} stroke @param {number} wide */
  const line = (stroke, wide) =>
    svg("path", { d: path, fill: "none", stroke, "stroke-width": wide });
  const lines = path ? [line(css(theme.ground, 0.8), 3), line(css(theme.ink), 1.2)] : [];
  const rings = outlines.map((at) =>
    svg("rect", {
      x: (at % width) * cell,
      y: Math.floor(at / width) * high,
      width: cell,
      height: high,
      fill: "none",
      stroke: css(theme.ink),
      "stroke-width": 2,
    }),
  );
  return [
    grid,
    patterned("hatching", hatched),
    patterned("stripes", striped),
    ...borders,
    frame,
    ...lines,
    ...rings,
  ];
}

/** @param {SVGSVGElement} picture @returns {Promise<Blob>} at `PNG_SCALE` times the SVG's size */
export async function toPng(picture) {
  const text = new XMLSerializer().serializeToString(picture);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
  const canvas = new OffscreenCanvas(width * PNG_SCALE, height * PNG_SCALE);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}
