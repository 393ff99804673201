/** The legend of a comparison's chart: a button for each method, which lights it up everywhere. */
import { el, setAttribute } from "../kit/dom.js";
import * as highlight from "./highlight.js";
import { sampleOf } from "./series.js";

/**
 * @typedef {import("./race.js").RaceRow} RaceRow
 *
 * @returns {{node: HTMLElement, draw: (rows: RaceRow[], theme: import("../kit/theme.js").Theme) => void}}
 */
export function methodLegend() {
  const node = el("div", { class: "legend keys methods" });
  let listed = "";

  /** @param {RaceRow[]} rows @param {import("../kit/theme.js").Theme} theme */
  function draw(rows, theme) {
    const methods = [...new Map(rows.map((row) => [row.method, row])).values()];
    const shape = JSON.stringify([theme.id, methods.map(({ title, series }) => [title, series])]);
    if (shape !== listed) {
      listed = shape;
      node.replaceChildren(
        ...methods.map(({ method, title, series }) => {
          const label = el("span", {}, title);
          const button = el(
            "button",
            { type: "button", class: "method" },
            sampleOf(series, theme),
            label,
          );
          button.addEventListener("click", () => highlight.pin(method));
          highlight.pointsAt(button, method);
          return button;
        }),
      );
    }
    [...node.children].forEach((button, at) => {
      const { method } = methods[at];
      setAttribute(button, "aria-pressed", String(highlight.isPinned(method)));
      const isLit = rows.some((row) => row.method === method && highlight.isLit(row));
      button.classList.toggle("dimmed", !isLit);
    });
  }
  return { node, draw };
}
