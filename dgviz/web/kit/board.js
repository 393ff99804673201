/** Several cards on one grid, which becomes a single column where there is no room for two. */
import { fileAt } from "../core/addresses.js";
import { el } from "./dom.js";

const boards = new WeakMap();

/**
 * @param {Object} component data: {cards: string[], ...}; each card is the name of a module, the first
 *   of each pair the wide one, and is given the rest of the data; the player has a row of its own
 * @param {Object<string, {mount: (component: Object) => void}>} modules by their names
 */
export function mount(component, modules) {
  const { parentElement, data } = component;
  const { cards, ...rest } = data;
  if (!boards.has(parentElement)) {
    const link = el("link", { rel: "stylesheet", href: fileAt("dgviz.css") });
    const cells = new Map(cards.map((name) => [name, el("div", { class: "cell", "data-card": name })]));
    const grid = el("div", { class: "grid" }, ...cells.values());
    parentElement.append(link, el("div", { class: "board" }, grid));
    boards.set(parentElement, cells);
  }
  for (const [name, cell] of boards.get(parentElement)) {
    modules[name].mount({ ...component, data: rest, parentElement: cell });
  }
}
