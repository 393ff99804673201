/** Buttons that together are one stop of the Tab key; the arrow keys move between them. */
import { isShortcut, setAttribute } from "./dom.js";

/** @type {Object<string, number>} */
const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

/**
 * @param {HTMLElement} node around the buttons @param {string} selector of the buttons
 * @returns {() => void} to be called after buttons have been added or removed
 */
export function rovingTabindex(node, selector) {
  const buttons = () => [
    .../** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll(selector)),
  ];
  /** @param {HTMLElement} button */
  const isStop = (button) => button.getAttribute("tabindex") === "0";

  /**
   * Sets the button that Tab goes to: the one that had the focus last, or the first.
   * @param {?Element} [focused]
   */
  function setStop(focused = null) {
    const all = buttons();
    const stop = focused ?? all.find(isStop) ?? all[0];
    for (const button of all) setAttribute(button, "tabindex", button === stop ? "0" : "-1");
  }

  node.addEventListener("focusin", ({ target }) => {
    const focused = /** @type {Element} */ (target);
    if (focused.matches(selector)) setStop(focused);
  });
  node.addEventListener("keydown", (event) => {
    if (isShortcut(event)) return;
    const all = buttons();
    const from = all.indexOf(/** @type {HTMLElement} */ (event.target));
    const ends = new Map([
      ["Home", 0],
      ["End", all.length - 1],
    ]);
    const to = ends.get(event.key) ?? from + STEPS[event.key];
    if (from === -1 || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  });
  return () => setStop();
}
