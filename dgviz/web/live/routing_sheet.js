/** The table of classes and routes, as a download. */
import { cividis, css, inkOn } from "../core/colours.js";
import { svg } from "../kit/dom.js";
import { widthOf, write } from "../kit/sheet_text.js";
import { captionOf } from "../kit/sheets.js";
import { cellText, meaningText } from "./routing_text.js";
import { identityText } from "./status.js";

const [WIDE, HIGH, SIZE] = [64, 24, 12];

/**
 * @typedef {import("../core/routing.js").Routing} Routing
 *
 * @param {import("../kit/mounting.js").Card} card @param {Routing} routing
 * @param {string[]} names of the classes @param {string} word what the method calls a route
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function routingSheet(card, routing, names, word) {
  const { routes, byClass, mean } = routing;
  const title = `Share of each ${word} by class, %`;
  return {
    name: "routing",
    title,
    caption: [meaningText(routing, word), identityText(card.store.status), ...captionOf(card)],
    drawing: (theme) => drawingOf(routing, names, theme),
    table: {
      caption: `Mean share of each ${word} over the images of a class`,
      columns: ["class", ...routes],
      rows: () => [
        ...byClass.map((row, k) => [names[k], ...(row ?? routes.map(() => ""))]),
        ["all", ...mean],
      ],
    },
  };
}

/**
 * @param {Routing} routing @param {string[]} names
 * @param {import("../kit/theme.js").Theme} theme
 */
function drawingOf({ routes, byClass, mean }, names, theme) {
  const labels = [...names, "all"];
  const left = Math.max(...labels.map((label) => widthOf(label, SIZE))) + 10;
  const wide = Math.max(WIDE, ...routes.map((route) => widthOf(route, SIZE) + 12));
  const rows = [...byClass, mean];
  const [width, height] = [left + wide * routes.length, HIGH * (rows.length + 1) + 6];
  const middle = { "text-anchor": "middle" };
  /** @param {number} col */
  const x = (col) => left + wide * col;
  /** @param {number} row the last one is set off from the classes */
  const y = (row) => HIGH * (row + 1) + (row === rows.length - 1 ? 6 : 0);
  const heads = routes.map((route, col) =>
    write(route, x(col) + wide / 2, 16, SIZE, theme.muted, middle),
  );
  const cells = rows.flatMap((shares, row) => [
    write(labels[row], 0, y(row) + 16, SIZE, theme.muted),
    ...(shares ?? []).flatMap((share, col) => [
      svg("rect", {
        x: x(col) + 1,
        y: y(row) + 1,
        width: wide - 2,
        height: HIGH - 2,
        fill: css(cividis(share)),
      }),
      write(cellText(share), x(col) + wide / 2, y(row) + 16, SIZE, inkOn(cividis(share)), middle),
    ]),
  ]);
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, ...heads, ...cells);
}
