/** A sentence above a table that is wider than its card. */
import { el } from "../kit/dom.js";

/**
 * @param {HTMLElement} grid scrolls sideways @param {string} what it is: "table"
 * @returns {{node: HTMLElement, draw: () => void}}
 */
export function scrollHint(grid, what) {
  const node = el("p", { class: "sub hint" }, `Scroll the ${what} sideways for more columns →`);
  function draw() {
    node.hidden = grid.hidden || grid.scrollWidth <= grid.clientWidth;
  }
  return { node, draw };
}
