/** Several cards on one grid, which becomes a single column in a narrow window. */
import { fileUrl } from "../core/addresses.js";
import { el } from "./dom.js";

/** @type {WeakMap<Node, {grid: HTMLElement, cells: Map<string, HTMLElement>}>} cells: by place */
const boards = new WeakMap();

/**
 * @typedef {Object} Another a card that is there twice
 * @property {string} card name of its module @property {string} place what tells it from the first
 * @property {Object<string, unknown>} data its own
 *
 * @param {import("./mounting.js").Component} component data: {cards: Array<string|Another>, ...}.
 *   `cards` are names of modules, the wide one of each pair first; the player has its own row, as has
 *   a last card without its pair. Cards get the other data
 * @param {import("../loader.js").Modules} modules
 */
export function mount(component, modules) {
  const { parentElement, data } = component;
  /** @type {{cards: Array<string|Another>}} */
  const { cards, ...rest } = data;
  let board = boards.get(parentElement);
  if (!board) {
    const link = el("link", { rel: "stylesheet", href: fileUrl("dgviz.css") });
    board = { grid: el("div", { class: "grid" }), cells: new Map() };
    parentElement.append(link, el("div", { class: "board" }, board.grid));
    boards.set(parentElement, board);
  }
  const { grid, cells } = board;
  for (const [at, given] of cards.entries()) {
    const {
      card,
      place,
      data: own,
    } = typeof given === "string" ? { card: given, place: "", data: rest } : given;
    const key = `${card} ${place}`;
    const cell =
      cells.get(key) ??
      el("div", { class: "cell", "data-card": card, "data-place": place || null });
    cells.set(key, cell);
    // A cell that is moved would lose the keyboard's focus.
    if (grid.children[at] !== cell) grid.insertBefore(cell, grid.children[at] ?? null);
    modules[card].mount({ ...component, data: own, parentElement: cell }, modules);
  }
  while (grid.children.length > cards.length) grid.lastChild?.remove();
}
