/** The legend of a comparison's chart: a button for each method, which lights it up everywhere. */
import { el } from "../kit/dom.js";
import * as highlight from "./highlight.js";
import { methodButton } from "./method_button.js";
import { changes } from "./rebuilding.js";

/**
 * @typedef {import("./race.js").RaceRow} RaceRow
 *
 * @returns {{node: HTMLElement, draw: (rows: RaceRow[], theme: import("../kit/theme.js").Theme) => void}}
 */
export function methodLegend() {
  const node = el("div", { class: "legend keys methods" });
  /** @type {Array<{method: string, button: ReturnType<typeof methodButton>}>} */
  let entries = [];
  const changed = changes();

  /** @param {RaceRow[]} rows @param {import("../kit/theme.js").Theme} theme */
  function draw(rows, theme) {
    const methods = [...new Map(rows.map((row) => [row.method, row])).values()];
    const shown = methods.map(({ title, series }) => [title, series]);
    if (changed(theme.id, shown)) {
      entries = methods.map(({ method, title, series }) => {
        const button = methodButton(method, title, series, theme);
        highlight.pointsAt(button.node, method);
        return { method, button };
      });
      node.replaceChildren(...entries.map(({ button }) => button.node));
    }
    for (const { method, button } of entries) {
      const isLit = rows.some((row) => row.method === method && highlight.isLit(row));
      button.node.classList.toggle("dimmed", !isLit);
      button.draw();
    }
  }
  return { node, draw };
}
