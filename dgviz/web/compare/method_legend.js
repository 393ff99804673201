/**
 * The legend of a comparison's chart: a button for each method, which lights it up everywhere, and the
 * width of the lines of each target ratio.
 */
import { el } from "../kit/dom.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";
import { changes } from "./rebuilding.js";
import { dotSample, lineSample, ratioEntries } from "./samples.js";
import { lookOf, methodsOf } from "./series.js";

/**
 * @typedef {import("./race.js").RaceRow} RaceRow
 *
 * @param {boolean} hasLines whether the chart has lines, of which the width says the target ratio, or dots
 * @returns {{node: HTMLElement, draw: (rows: RaceRow[], theme: import("../kit/theme.js").Theme) => void}}
 */
export function methodLegend(hasLines) {
  const node = el("div", { class: "legend keys methods" });
  /** @type {Array<{method: string, button: ReturnType<typeof methodButton>}>} */
  let entries = [];
  const changed = changes();

  /** @param {RaceRow[]} rows @param {import("../kit/theme.js").Theme} theme */
  function draw(rows, theme) {
    const methods = methodsOf(rows);
    const ratios = hasLines ? ratioEntries(rows, theme) : [];
    const shown = methods.map(({ title, series }) => [title, series]);
    if (
      changed(
        theme.id,
        shown,
        ratios.map(({ label }) => label),
      )
    ) {
      entries = methods.map(({ method, title, series }) => {
        const look = lookOf(series, theme);
        const button = methodButton(method, title, hasLines ? lineSample(look) : dotSample(look));
        highlight.pointsAt(button.node, method);
        return { method, button };
      });
      const widths = ratios.map(({ label, sample }) =>
        el("span", { class: "key" }, sample, el("span", {}, label)),
      );
      // The ratios stay together on a line.
      node.replaceChildren(
        ...entries.map(({ button }) => button.node),
        ...(widths.length ? [el("span", { class: "widths" }, ...widths)] : []),
      );
    }
    for (const { method, button } of entries) {
      const isLit = rows.some((row) => row.method === method && highlight.isLit(row));
      button.node.classList.toggle("dimmed", !isLit);
      button.draw();
    }
  }
  return { node, draw };
}
