/** Several cards on one grid, which becomes a single column where there is no room for two. */
import { el } from "./dom.js";
import { mount as mountCard } from "../loader.js";

const boards = new WeakMap();

/**
 * @param {Object} component data: {cards: string[], ...}; each card is named as for the loader,
 *   the first of each pair the wide one, and is given the rest of the data; the player has a row of
 *   its own
 */
export function mount(component) {
  const { parentElement, data } = component;
  const { cards, ...rest } = data;
  if (!boards.has(parentElement)) {
    const link = el("link", { rel: "stylesheet", href: new URL("../dgviz.css", import.meta.url).href });
    const cells = new Map(cards.map((name) => [name, el("div", { class: "cell", "data-card": name })]));
    const grid = el("div", { class: "grid" }, ...cells.values());
    parentElement.append(link, el("div", { class: "board" }, grid));
    boards.set(parentElement, cells);
  }
  for (const [name, cell] of boards.get(parentElement)) {
    void mountCard(name, { ...component, data: rest, parentElement: cell });
  }
}
