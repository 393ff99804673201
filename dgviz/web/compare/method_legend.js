/**
 * The legend of a comparison's chart: a button for each method, which lights it up everywhere, and the
 * width of the lines of each target ratio.
 */
import { css } from "../core/colours.js";
import { el } from "../kit/dom.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";
import { changes } from "./rebuilding.js";
import { ratioKeys, sampleOf } from "./series.js";

/**
 * @typedef {import("./race.js").RaceRow} RaceRow
 *
 * @param {boolean} [hasLines] whether the chart has lines, of which the width says the target ratio
 * @returns {{node: HTMLElement, draw: (rows: RaceRow[], theme: import("../kit/theme.js").Theme) => void}}
 */
export function methodLegend(hasLines = false) {
  const node = el("div", { class: "legend keys methods" });
  /** @type {Array<{method: string, button: ReturnType<typeof methodButton>}>} */
  let entries = [];
  const changed = changes();

  /** @param {RaceRow[]} rows @param {import("../kit/theme.js").Theme} theme */
  function draw(rows, theme) {
    const methods = [...new Map(rows.map((row) => [row.method, row])).values()];
    const ratios = hasLines ? ratioKeys(rows) : [];
    const shown = methods.map(({ title, series }) => [title, series]);
    if (changed(theme.id, shown, ratios)) {
      entries = methods.map(({ method, title, series }) => {
        const button = methodButton(method, title, series, theme);
        highlight.pointsAt(button.node, method);
        return { method, button };
      });
      const look = { colour: css(theme.ink), stroke: "none" };
      const widths = ratios.map(({ name, width }) =>
        el("span", { class: "key" }, sampleOf(look, width), el("span", {}, name)),
      );
      node.replaceChildren(...entries.map(({ button }) => button.node), ...widths);
    }
    for (const { method, button } of entries) {
      const isLit = rows.some((row) => row.method === method && highlight.isLit(row));
      button.node.classList.toggle("dimmed", !isLit);
      button.draw();
    }
  }
  return { node, draw };
}
