/** A pixel's story as a download: the history and the table of its connections. */
import { amountCells, amountTicks, SCALE_COLOURS } from "../core/amounts.js";
import { cellColours, probabilityScale } from "../core/gate_drawing.js";
import { atTau, isDense } from "../core/gates.js";
import { ALWAYS_BLANK, pixelsOf, placeText, UNUSED } from "../core/pixels.js";
import { captionOf } from "../kit/sheets.js";
import { routeCaption } from "./chosen_route.js";
import { gatesOver, historyOf } from "./gate_history.js";
import { epochText } from "./history_text.js";
import { inputsOf, pixelFacts } from "./pixel_facts.js";

const MOST_ROWS = 256;

/**
 * @typedef {import("../kit/sheet_picture.js").Panel} Panel
 *
 * @param {import("../kit/mounting.js").Card} card @param {import("./network.js").Net} net
 * @param {import("../core/pixels.js").Shape} shape @param {number} pixel
 * @returns {import("../kit/sheets.js").Sheet}
 */
export function pixelSheet(card, net, shape, pixel) {
  const { theme, store, tau } = card;
  const { all, kind } = pixelFacts(net, store, shape, pixel);
  const place = placeText(pixel, { ...shape, channels: 1 });
  const gated = !isDense(store.gates);
  const { snapshots } = historyOf(card);
  const { scores = "" } = store.gates?.meta ?? {};
  return {
    name: `pixel-${pixel}`,
    title: `The pixel in ${place}: ${kind}`,
    caption: [...routeCaption(card), ...captionOf(card)],
    legend: [
      {
        colours: SCALE_COLOURS,
        ticks: amountTicks(all.length),
        label: "active connections of each pixel (logarithmic scale)",
      },
      { striped: true, label: UNUSED },
      { hatched: true, label: ALWAYS_BLANK },
      ...(store.gates && scores
        ? [
            {
              ...probabilityScale(store.gates, tau, theme),
              label: `${scores}, closed connections pale`,
            },
          ]
        : gated
          ? [
              { colour: theme.active, label: "active connection" },
              { colour: theme.closed, label: "closed connection" },
            ]
          : []),
    ],
    panels: [
      ...wherePanel(card, pixel),
      ...(gated && snapshots.length
        ? [historyPanel(snapshots, inputsOf(pixel, shape), theme)]
        : []),
    ],
    table: {
      caption: `All connections of the pixel in ${place}${atTau(store.gates, tau)}`,
      columns: [
        ...["unit", "channel", "W"],
        ...(scores ? [scores] : []),
        ...["active", "active outputs of the unit"],
      ],
      rows: () =>
        all.map(({ unit, channel, weight, gate, active, outputs }) => [
          unit,
          channel,
          weight,
          ...(scores ? [gate ?? ""] : []),
          active ? "yes" : "no",
          outputs,
        ]),
    },
  };
}

/** @param {import("../kit/mounting.js").Card} card @param {number} pixel @returns {Panel[]} */
function wherePanel({ store: { gates, facts }, tau, theme }, pixel) {
  if (!gates) return [];
  const pixels = pixelsOf(gates, facts, tau);
  const {
    shape: { width, height },
  } = pixels;
  return [
    {
      title: "its place in the image",
      width,
      height,
      outlines: [pixel],
      ...amountCells(pixels, theme),
    },
  ];
}

/**
 * Make a square panel of the history. If there are very many gates, only every second, third, …
 * is drawn.
 * @param {import("../core/gates.js").Snapshot[]} snapshots @param {number[]} inputs
 * @param {import("../kit/theme.js").Theme} theme @returns {Panel}
 */
function historyPanel(snapshots, inputs, theme) {
  const colours = cellColours(theme);
  const { gates, cells: places } = gatesOver(snapshots, inputs);
  const every = Math.ceil(gates / MOST_ROWS);
  const height = Math.ceil(gates / every);
  const cells = Math.max(1, Math.round(height / snapshots.length));
  const width = snapshots.length * cells;
  return {
    title: `its ${gates} connections, ${epochText(snapshots[0])} to ${epochText(snapshots[snapshots.length - 1])}`,
    width,
    height,
    colourOf: (at) => {
      const [row, snapshot] = [Math.floor(at / width) * every, Math.floor((at % width) / cells)];
      return colours[places[row * snapshots.length + snapshot]];
    },
  };
}
