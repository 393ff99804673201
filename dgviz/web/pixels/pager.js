/** Buttons that turn the pages of a long list. */
import { el, onPress, setEnabled, setText } from "../kit/dom.js";

/**
 * @param {number} size of a page @param {() => void} onTurn
 * @returns {{node: HTMLElement, first: number, show: (total: number) => void}} first: the index of
 *   the first item on the page; the node is hidden if there is only one page
 */
export function pager(size, onTurn) {
  let [first, total] = [0, 0];
  const range = el("span", { class: "sub", "aria-live": "polite" });
  const [previous, next] = [turnButton("‹", "previous page", -1), turnButton("›", "next page", 1)];

  /** @param {string} sign @param {string} label @param {number} direction 1 or -1 */
  function turnButton(sign, label, direction) {
    const button = el("button", { type: "button", "aria-label": label, title: label }, sign);
    onPress(button, () => {
      first += direction * size;
      onTurn();
    });
    return button;
  }
  const turns = el(
    "div",
    { class: "segmented", role: "group", "aria-label": "page" },
    previous,
    next,
  );
  const node = el("div", { class: "pager" }, range, turns);

  /** @param {number} all number of items */
  function show(all) {
    total = all;
    if (first >= total) first = 0;
    node.hidden = total <= size;
    setEnabled(previous, first > 0);
    setEnabled(next, first + size < total);
    setText(range, `${first + 1} – ${Math.min(total, first + size)} of ${total}`);
  }
  return {
    node,
    show,
    get first() {
      return first;
    },
  };
}
