/** Controls of what `view` has: the address keeps what the reader chooses with them. */
import { choice } from "../kit/choice.js";
import { offer, segmented } from "../kit/dom.js";
import { view } from "./view.js";

/**
 * A row of buttons of which one is pressed.
 * @param {string} label of the group @param {"curve"|"published"} name
 * @param {ReadonlyArray<readonly [string, string]>} options value and label of each button
 * @returns {{node: HTMLElement, draw: () => void}}
 */
export function viewButtons(label, name, options) {
  const node = segmented(label, options, view.get(name), (value) => view.set(name, value));
  const values = options.map(([value]) => value);
  return { node, draw: () => offer(node, values, view.get(name)) };
}

/**
 * "seed 0"; "" where the menu says it.
 * @param {{seed: string, seeds: number}} data
 */
export const seedText = ({ seed, seeds }) => (seeds > 1 ? "" : `seed ${seed}`);

/**
 * A menu of the plan's seeds; hidden if there is only one. What is drawn of another seed is dimmed
 * until Python has sent the chosen one's.
 * @returns {{node: HTMLElement, draw: (data: {seed: string, seeds: number}, drawn: HTMLElement) => void}}
 */
export function seedMenu() {
  const menu = choice("seed", () => view.set("seed", menu.value));
  /** @param {{seed: string, seeds: number}} data @param {HTMLElement} drawn from these data */
  function draw({ seed, seeds }, drawn) {
    menu.node.hidden = seeds < 2;
    menu.offer(Array.from({ length: seeds }, (_, n) => [`${n}`, `${n}`]));
    menu.value = view.get("seed");
    drawn.classList.toggle("dimmed", menu.value !== seed);
  }
  return { node: menu.node, draw };
}
