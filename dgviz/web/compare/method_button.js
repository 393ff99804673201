/** A button with the line and the name of a method or of a row, which lights it up in all cards. */
import { el, setAttribute } from "../kit/dom.js";
import * as highlight from "./highlight.js";
import { lookOf, sampleOf } from "./series.js";

/**
 * @param {string} key of the row, or the method's name @param {string} name on the screen
 * @param {number} series @param {import("../kit/theme.js").Theme} theme
 * @param {number} [width] of the line
 * @returns {{node: HTMLElement, draw: () => void}} draw: shows whether it is pinned
 */
export function methodButton(key, name, series, theme, width) {
  const node = el(
    "button",
    { type: "button", class: "method", title: "Show in all charts" },
    sampleOf(lookOf(series, theme), width),
    el("span", {}, name),
  );
  node.addEventListener("click", () => highlight.pin(key));
  const draw = () => setAttribute(node, "aria-pressed", String(highlight.isPinned(key)));
  return { node, draw };
}
