/** A button with the look and the name of a method or of a row, which lights it up in all cards. */
import { el, setAttribute } from "../kit/dom.js";
import * as highlight from "./highlight.js";

/**
 * @param {string} key of the row, or the method's name @param {string} name on the screen
 * @param {SVGElement} sample of its line or its dot
 * @returns {{node: HTMLElement, draw: () => void}} draw: shows whether it is pinned
 */
export function methodButton(key, name, sample) {
  const node = el(
    "button",
    { type: "button", class: "method", title: "Show in all charts" },
    sample,
    el("span", {}, name),
  );
  node.addEventListener("click", () => highlight.pin(key));
  const draw = () => setAttribute(node, "aria-pressed", String(highlight.isPinned(key)));
  return { node, draw };
}
