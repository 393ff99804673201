/**
 * Keeps the keyboard's focus. A Streamlit button may be removed or disabled when it is pressed, as
 * Delete is; the focus then falls back to the page. This script moves it to the button that undoes
 * the press, or to the nearest control.
 */
import { throttle } from "../kit/dom.js";

const CHECK_MS = 200;
/** A control farther away is unrelated, and the page would scroll to it. */
const REACH_PX = 300;
const UNDO = ".st-key-undo button";
const CONTROLS = "a[href], button:enabled, input:enabled, textarea:enabled, summary";

/** @param {Document} page */
export function watch(page) {
  /**
   * @type {?{control: HTMLButtonElement, x: number, y: number}} the last focus, and its position
   */
  let last = null;
  /** @param {Event} event */
  const note = (event) => {
    const target = /** @type {HTMLButtonElement} */ (event.target);
    last = target.matches(":focus-visible") ? { control: target, ...middle(target) } : null;
  };
  page.addEventListener("focusin", note);
  page.addEventListener("keydown", note, { capture: true });
  page.addEventListener("pointerdown", () => (last = null), { capture: true });

  const check = throttle(CHECK_MS, () => {
    if (!last || page.activeElement !== page.body) return;
    if (last.control.isConnected && !last.control.disabled) return;
    /** @type {?HTMLElement} */
    const undo = page.querySelector(UNDO);
    (undo ?? nearest(page.querySelectorAll(CONTROLS), last))?.focus();
  });
  const options = { childList: true, subtree: true, attributeFilter: ["disabled"] };
  new MutationObserver(check).observe(page.body, options);
}

/**
 * @param {NodeListOf<HTMLElement>} controls @param {{x: number, y: number}} place
 * @returns {?HTMLElement}
 */
function nearest(controls, { x, y }) {
  /** @type {?HTMLElement} */
  let best = null;
  let reach = REACH_PX;
  for (const control of controls) {
    const at = middle(control);
    const distance = Math.hypot(at.x - x, at.y - y);
    if (distance < reach && control.checkVisibility()) [best, reach] = [control, distance];
  }
  return best;
}

/** @param {HTMLElement} element */
function middle(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

let watching = false;

/** Starts watching the page, once. This module draws nothing. */
export function mount() {
  if (!watching) watch(document);
  watching = true;
}
