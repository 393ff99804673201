/** The connections of one pixel during training, as a strip and a line. */

import { count } from "../core/format.js";
import { cellPalette, probabilityScale } from "../core/gate_drawing.js";
import { isDense } from "../core/gates.js";
import { ENDED } from "../core/store.js";
import { el, setText } from "../kit/dom.js";
import { ramp, swatch } from "../kit/legend.js";
import { gatesOver, hintText, historyOf, seek, sourceText } from "./gate_history.js";
import { HistoryChart } from "./history_chart.js";
import { epochText, pixelHistoryText } from "./history_text.js";
import { inputsOf } from "./pixel_facts.js";

/** @param {import("../core/gates.js").Snapshot} snapshot */
const hasScores = ({ layers }) => layers[0].scores !== null;

/**
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, draw: (pixel: number, shape: Shape) => void}}
 */
export function pixelHistory(card) {
  const chart = new HistoryChart((index) => seek(card, index));
  const scale = ramp();
  const unscored = [swatch("active", "active"), swatch("closed", "closed")];
  const summary = el("p");
  const source = el("p", { class: "sub" });
  const node = el(
    "section",
    { class: "part gates-history" },
    el("h3", {}, "Its connections during training"),
    summary,
    chart.node,
    el("div", { class: "legend" }, scale.node, ...unscored.map((key) => key.node), source),
  );

  /** @param {number} pixel @param {Shape} shape */
  function draw(pixel, shape) {
    const history = historyOf(card);
    const { snapshots } = history;
    const gated = !isDense(card.store.gates);
    for (const part of [chart, scale, ...unscored]) {
      part.node.hidden = !snapshots.length || !gated;
    }
    setText(source, gated ? sourceText(history) : "");
    if (!gated || !snapshots.length) {
      setText(summary, gated ? "" : "This method takes no connection away.");
      return;
    }
    const { theme, whole, store, tau } = card;
    const series = gatesOver(snapshots, inputsOf(pixel, shape));
    const palette = cellPalette(theme);
    const sentence = pixelHistoryText(
      snapshots,
      series.active,
      ENDED.includes(whole.status?.phase ?? ""),
    );
    setText(summary, sentence);
    chart.draw(
      {
        snapshots,
        theme,
        marks: whole.marks,
        hint:
          `One row for each of its ${count(series.gates)} connections. Above the line: those that ` +
          `are active at the end. ${hintText(history)}`,
        strip: { rows: series.gates, cells: series.cells, palette, split: series.activeLast },
        textAt: (i) =>
          `${epochText(snapshots[i])} · ${count(series.active[i])} of ` +
          `${count(series.gates)} connections active`,
        at: store === whole ? null : (store.gates?.meta.step ?? null),
        lines: [
          {
            name: `active connections, of ${count(series.gates)}`,
            values: series.active,
            most: series.gates,
            colour: theme.active,
          },
        ],
      },
      `The ${count(series.gates)} connections of the pixel over ${count(snapshots.length)} snapshots of ` +
        `training. ${sentence} Arrow keys read single snapshots.`,
    );
    scale.node.hidden = !snapshots.some(hasScores);
    for (const key of unscored) key.node.hidden = snapshots.every(hasScores);
    if (store.gates) scale.show(probabilityScale(store.gates, tau, theme));
  }
  return { node, draw };
}
