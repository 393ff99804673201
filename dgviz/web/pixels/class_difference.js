/** How two classes differ: both to be chosen, and one picture. */

import { el, setAttribute, setText } from "../kit/dom.js";
import { scaleStrip } from "../kit/scale_strip.js";
import { choice } from "./choice.js";
import { pixelPicture, titled } from "./pixel_picture.js";

/** The pair that is most often taken for each other by hand and by net. */
const FIRST_PAIR = [4, 9];

/** @param {() => void} onChoose */
export function classDifference(onChoose) {
  const picture = pixelPicture();
  const scale = scaleStrip();
  const frame = titled(picture, scale.node);
  let offered = 0;
  const lists = ["compare class", "with"].map((name) => choice(name, onChoose));
  const words = el("p", { class: "sub" });
  const node = el(
    "div",
    { class: "apart" },
    el("div", { class: "choices" }, ...lists.map((list) => list.node)),
    frame.node,
    words,
  );
  frame.name.remove();

  /** @param {string[]} names of the classes @returns {[number, number]} what is chosen */
  function pairOf(names) {
    for (const list of lists) list.offer(names.map((name, k) => [String(k), name]));
    if (offered !== names.length) {
      lists.forEach((list, i) => (list.value = String(Math.min(FIRST_PAIR[i], names.length - 1))));
    }
    offered = names.length;
    return [Number(lists[0].value), Number(lists[1].value)];
  }

  /** Says which colour stands for which. @param {string[]} names @param {[number, number]} pair */
  function explain(names, [a, b]) {
    const sentence =
      a === b
        ? "Choose two different classes."
        : `Blue pixels count for ${names[a]}, orange pixels for ${names[b]}.`;
    setText(words, sentence);
    setAttribute(
      picture.node,
      "aria-label",
      `Class ${names[a]} compared with ${names[b]}. ${sentence} ` +
        "Arrow keys read single pixels, Enter pins.",
    );
  }
  return { node, picture, scale, pairOf, explain };
}
