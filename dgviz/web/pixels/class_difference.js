/** The difference of two chosen classes, as a picture. */

import { choice } from "../kit/choice.js";
import { el, setAttribute, setText } from "../kit/dom.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { pixelPicture, titled } from "./pixel_picture.js";

/** The pair of digits that is confused most often. */
const FIRST_PAIR = [4, 9];

/** @param {() => void} onChoose */
export function classDifference(onChoose) {
  const picture = pixelPicture();
  const scale = scaleStrip();
  const frame = titled(picture, scale.node);
  let offered = 0;
  const lists = ["compare class", "with"].map((name) => choice(name, onChoose));
  const explanation = el("p", { class: "sub" });
  const node = el(
    "div",
    { class: "class-difference" },
    el("div", { class: "choices" }, ...lists.map((list) => list.node)),
    frame.node,
    explanation,
  );
  frame.name.remove();

  /** @param {string[]} names of the classes @returns {[number, number]} the chosen classes */
  function pairOf(names) {
    for (const list of lists) list.offer(names.map((name, k) => [String(k), name]));
    if (offered !== names.length) {
      lists.forEach((list, i) => (list.value = String(Math.min(FIRST_PAIR[i], names.length - 1))));
    }
    offered = names.length;
    return [Number(lists[0].value), Number(lists[1].value)];
  }

  /** Explain the colours. @param {string[]} names @param {[number, number]} pair */
  function explain(names, [a, b]) {
    const sentence =
      a === b
        ? "Choose two different classes."
        : `Blue pixels count for ${names[a]}, orange pixels for ${names[b]}.`;
    setText(explanation, sentence);
    setAttribute(
      picture.node,
      "aria-label",
      `Class ${names[a]} compared with ${names[b]}. ${sentence} ` +
        "Arrow keys read single pixels, Enter pins.",
    );
  }
  return { node, picture, scale, pairOf, explain };
}
