/** The active inputs and outputs of a hidden unit during training. */

import { count } from "../core/format.js";
import { isDense } from "../core/gates.js";
import { ENDED } from "../core/store.js";
import { el, setText } from "../kit/dom.js";
import { hintText, historyOf, seek, sourceText, unitOver } from "./gate_history.js";
import { HistoryChart } from "./history_chart.js";
import { epochText, unitHistoryText } from "./history_text.js";

/**
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, draw: (net: import("./network.js").Net, unit: number) => void}}
 */
export function unitHistory(card) {
  const chart = new HistoryChart((index) => seek(card, index));
  const summary = el("p");
  const source = el("span", { class: "sub" });
  const node = el(
    "section",
    { class: "part unit-history" },
    el("h3", {}, "Its connections during training"),
    summary,
    chart.node,
    source,
  );

  /** @param {import("./network.js").Net} net @param {number} unit */
  function draw(net, unit) {
    const { theme, whole, store } = card;
    const history = historyOf(card);
    const { snapshots } = history;
    const gated = !isDense(store.gates);
    chart.node.hidden = !gated || !snapshots.length;
    setText(source, gated ? sourceText(history) : "");
    if (chart.node.hidden) {
      setText(summary, gated ? "" : "This method takes no connection away: all are active.");
      return;
    }
    const counts = unitOver(snapshots, unit);
    const sentence = unitHistoryText(snapshots, counts, ENDED.includes(whole.status?.phase ?? ""));
    setText(summary, sentence);
    /**
     * @param {string} name @param {number[]} values @param {number} most
     * @param {import("../core/colours.js").Rgb} colour
     */
    const line = (name, values, most, colour) => ({
      name: `${name}, of ${count(most)}`,
      values,
      most,
      colour,
    });
    chart.draw(
      {
        snapshots,
        theme,
        strip: null,
        marks: whole.marks,
        hint: hintText(history),
        at: store === whole ? null : (store.gates?.meta.step ?? null),
        textAt: (i) =>
          `${epochText(snapshots[i])} · ${count(counts.inputs[i])} inputs and ` +
          `${count(counts.outputs[i])} outputs active`,
        lines: [
          line("active inputs", counts.inputs, net.pixels, theme.active),
          line("active outputs", counts.outputs, net.classes, theme.tau),
        ],
      },
      `Active inputs and outputs of unit ${unit} over ${count(snapshots.length)} snapshots of ` +
        `training. ${sentence} Arrow keys read single snapshots.`,
    );
  }
  return { node, draw };
}
