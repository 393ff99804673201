/** A hidden unit in the course of training: its active inputs and outputs over time. */

import { count } from "../core/format.js";
import { isDense } from "../core/gates.js";
import { ENDED } from "../core/store.js";
import { el, setText } from "../kit/dom.js";
import { historyOf, restingText, seek, sourceText, unitOver } from "./gate_history.js";
import { HistoryChart } from "./history_chart.js";
import { epochText, unitLife } from "./history_text.js";

/**
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, draw: (net: import("./network.js").Net, unit: number) => void}}
 */
export function unitLifeChart(card) {
  const chart = new HistoryChart((index) => seek(card, index));
  const told = el("p");
  const source = el("span", { class: "sub" });
  const node = el(
    "section",
    { class: "part life" },
    el("h3", {}, "Its connections during training"),
    told,
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
      setText(told, gated ? "" : "This method takes no connection away: all are active.");
      return;
    }
    const course = unitOver(snapshots, unit);
    const life = unitLife(snapshots, course, ENDED.includes(whole.status?.phase ?? ""));
    setText(told, life);
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
        turns: whole.marks,
        resting: restingText(history),
        at: store === whole ? null : (store.gates?.meta.step ?? null),
        wordsAt: (i) =>
          `${epochText(snapshots[i])} · ${count(course.inputs[i])} inputs and ` +
          `${count(course.outputs[i])} outputs active`,
        lines: [
          line("active inputs", course.inputs, net.pixels, theme.active),
          line("active outputs", course.outputs, net.classes, theme.tau),
        ],
      },
      `Active inputs and outputs of unit ${unit} over ${count(snapshots.length)} snapshots of ` +
        `training. ${life} Arrow keys read single snapshots.`,
    );
  }
  return { node, draw };
}
