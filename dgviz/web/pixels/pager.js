/** Buttons that leaf through what does not fit on a page. */
import { el, onPress, setEnabled, setText } from "../kit/dom.js";

/**
 * @param {number} size of a page @param {() => void} onTurn
 * @returns {{node: HTMLElement, first: number, show: (total: number) => void}} first: the place of
 *   the first thing on the page; the node is hidden where one page holds everything
 */
export function pager(size, onTurn) {
  let [first, total] = [0, 0];
  const told = el("span", { class: "sub", "aria-live": "polite" });
  const [back, on] = [turner("‹", "previous page", -1), turner("›", "next page", 1)];

  /** @param {string} sign @param {string} label @param {number} way 1 or -1 */
  function turner(sign, label, way) {
    const button = el("button", { type: "button", "aria-label": label, title: label }, sign);
    onPress(button, () => {
      first += way * size;
      onTurn();
    });
    return button;
  }
  const turns = el("div", { class: "segmented", role: "group", "aria-label": "page" }, back, on);
  const node = el("div", { class: "pager" }, told, turns);

  /** @param {number} all how many there are */
  function show(all) {
    total = all;
    if (first >= total) first = 0;
    node.hidden = total <= size;
    setEnabled(back, first > 0);
    setEnabled(on, first + size < total);
    setText(told, `${first + 1} – ${Math.min(total, first + size)} of ${total}`);
  }
  return {
    node,
    show,
    get first() {
      return first;
    },
  };
}
