/** Several cards on one grid, which becomes a single column in a narrow window. */
import { fileUrl } from "../core/addresses.js";
import { el } from "./dom.js";

/** @type {WeakMap<Node, Map<string, HTMLElement>>} */
const boards = new WeakMap();

/**
 * @param {import("./mounting.js").Component} component data: {cards: string[], ...}. `cards` are names
 *   of modules, the wide one of each pair first; the player has its own row. Cards get the other data
 * @param {import("../loader.js").Modules} modules
 */
export function mount(component, modules) {
  const { parentElement, data } = component;
  const { cards, ...rest } = data;
  let cells = boards.get(parentElement);
  if (!cells) {
    const link = el("link", { rel: "stylesheet", href: fileUrl("dgviz.css") });
    cells = new Map(
      /** @type {string[]} */ (cards).map((name) => [
        name,
        el("div", { class: "cell", "data-card": name }),
      ]),
    );
    const grid = el("div", { class: "grid" }, ...cells.values());
    parentElement.append(link, el("div", { class: "board" }, grid));
    boards.set(parentElement, cells);
  }
  for (const [name, cell] of cells) {
    modules[name].mount({ ...component, data: rest, parentElement: cell }, modules);
  }
}
