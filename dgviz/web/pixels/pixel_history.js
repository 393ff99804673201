/** What became of all the connections of one pixel in the course of training, as a strip and a line. */

import { count } from "../core/format.js";
import { cellPalette, probabilityScale } from "../core/gate_drawing.js";
import { isDense } from "../core/gates.js";
import { ENDED } from "../core/store.js";
import { el, setText } from "../kit/dom.js";
import { ramp } from "../kit/legend.js";
import { gatesOver, historyOf, restingText, seek, sourceText } from "./gate_history.js";
import { HistoryChart } from "./history_chart.js";
import { epochText, pixelLife } from "./history_text.js";
import { inputsOf } from "./pixel_facts.js";

/**
 * @typedef {import("../core/pixels.js").Shape} Shape
 *
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, draw: (pixel: number, shape: Shape) => void}}
 */
export function pixelHistory(card) {
  const chart = new HistoryChart((index) => seek(card, index));
  const scale = ramp();
  const life = el("p");
  const source = el("p", { class: "sub" });
  const node = el(
    "section",
    { class: "part gates-history" },
    el("h3", {}, "Its connections during training"),
    life,
    chart.node,
    el("div", { class: "legend" }, scale.node, source),
  );

  /** @param {number} pixel @param {Shape} shape */
  function draw(pixel, shape) {
    const history = historyOf(card);
    const { snapshots } = history;
    const gated = !isDense(card.store.gates);
    chart.node.hidden = scale.node.hidden = !snapshots.length || !gated;
    setText(source, gated ? sourceText(history) : "");
    if (!gated || !snapshots.length) {
      setText(life, gated ? "" : "This method takes no connection away.");
      return;
    }
    const { theme, whole, store, tau } = card;
    const over = gatesOver(snapshots, inputsOf(pixel, shape));
    const palette = cellPalette(theme);
    const told = pixelLife(snapshots, over.active, ENDED.includes(whole.status?.phase ?? ""));
    setText(life, told);
    chart.draw(
      {
        snapshots,
        theme,
        turns: whole.marks,
        resting:
          `One row for each of its ${count(over.gates)} connections. Above the line: those that ` +
          `are active at the end. ${restingText(history)}`,
        strip: { rows: over.gates, cells: over.cells, palette, split: over.activeLast },
        wordsAt: (i) =>
          `${epochText(snapshots[i])} · ${count(over.active[i])} of ` +
          `${count(over.gates)} connections active`,
        at: store === whole ? null : (store.gates?.meta.step ?? null),
        lines: [
          {
            name: `active connections, of ${count(over.gates)}`,
            values: over.active,
            most: over.gates,
            colour: theme.active,
          },
        ],
      },
      `The ${count(over.gates)} connections of the pixel over ${count(snapshots.length)} snapshots of ` +
        `training. ${told} Arrow keys read single snapshots.`,
    );
    scale.node.hidden = !store.gates?.meta.scores;
    if (store.gates) scale.show(probabilityScale(store.gates, tau, theme));
  }
  return { node, draw };
}
