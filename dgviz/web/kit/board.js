/** Several cards on one grid, which becomes a single column in a narrow window. */
import { fileUrl } from "../core/addresses.js";
import { el } from "./dom.js";

/** @type {WeakMap<Node, {grid: HTMLElement, cells: Map<string, HTMLElement>}>} cells: by name */
const boards = new WeakMap();

/**
 * @param {import("./mounting.js").Component} component data: {cards: string[], ...}. `cards` are names
 *   of modules, the wide one of each pair first; the player has its own row, as has a last card
 *   without its pair. Cards get the other data
 * @param {import("../loader.js").Modules} modules
 */
export function mount(component, modules) {
  const { parentElement, data } = component;
  /** @type {{cards: string[]}} */
  const { cards, ...rest } = data;
  let board = boards.get(parentElement);
  if (!board) {
    const link = el("link", { rel: "stylesheet", href: fileUrl("dgviz.css") });
    board = { grid: el("div", { class: "grid" }), cells: new Map() };
    parentElement.append(link, el("div", { class: "board" }, board.grid));
    boards.set(parentElement, board);
  }
  const { grid, cells } = board;
  for (const [at, name] of cards.entries()) {
    const cell = cells.get(name) ?? el("div", { class: "cell", "data-card": name });
    cells.set(name, cell);
    // A cell that is moved would lose the keyboard's focus.
    if (grid.children[at] !== cell) grid.insertBefore(cell, grid.children[at] ?? null);
    modules[name].mount({ ...component, data: rest, parentElement: cell }, modules);
  }
  while (grid.children.length > cards.length) grid.lastChild?.remove();
}
