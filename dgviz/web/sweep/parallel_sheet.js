/** Parallel coordinates as files: their picture, and the table of the lines. */
import { svg } from "../kit/dom.js";
import { captionOf } from "./captions.js";
import { comparable } from "./cells.js";
import { FIGURES } from "./figures.js";
import { axesNodes, lineNodes } from "./parallel_drawing.js";
import { planOf } from "./parallel_plan.js";
import { coordinatesOf, dimensionsOf } from "./ranges.js";
import { shownEpoch } from "./shown.js";

const PICTURE_PX = 900;

/**
 * @typedef {Object} Shown
 * @property {import("./cells.js").Trials} trials
 * @property {import("./cells.js").Cell[]} cells @property {import("./ranges.js").Inside} inside
 * @property {import("./cells.js").Name} name of the figure that colours the lines
 * @property {?import("./colour_scale.js").Scale} scale
 *
 * @param {import("../kit/mounting.js").Card} card @param {string} title @param {Shown} shown
 * @param {(plan: import("./parallel_plan.js").Plan, theme: import("../kit/theme.js").Theme) => {lines: number[], look: import("./parallel_drawing.js").Look}} colouring
 *   the lines within the ranges, and how they look
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function parallelSheet(card, title, { trials, cells, inside, name, scale }, colouring) {
  const { grid } = trials;
  const dimensions = dimensionsOf(grid);
  return {
    name: "sweep-parallel",
    title: `${title} after epoch ${shownEpoch(grid)} of ${grid.epochs}`,
    caption: captionOf(card, trials, inside),
    drawing: (theme) => {
      const plan = planOf(grid, comparable(cells), PICTURE_PX);
      const { lines, look } = colouring(plan, theme);
      const { width, height } = plan;
      return svg(
        "svg",
        { width, height, viewBox: `0 0 ${width} ${height}` },
        ...lineNodes(plan, lines, look),
        ...axesNodes(plan, theme),
      );
    },
    legend: scale
      ? [{ label: FIGURES[name].title, colours: scale.colours, ticks: scale.ticks }]
      : [],
    table: {
      caption: title,
      columns: [
        ...dimensions.map(({ name: column }) => column),
        "stopped early",
        "within the ranges",
      ],
      rows: () => {
        const own = comparable(cells);
        const coordinates = coordinatesOf(grid, own);
        return own.map(({ number, stopped }, row) => [
          ...dimensions.map(
            ({ values }, at) => values?.[coordinates[at][row]] ?? coordinates[at][row],
          ),
          stopped,
          inside.has(number) ? "yes" : "no",
        ]);
      },
    },
  };
}
