/** The test images: one after another, all of them or those that are worth a look. */

import { count, ordinal } from "../core/format.js";
import {
  el,
  focusedElement,
  isShortcut,
  onPress,
  segmented,
  setAttribute,
  setEnabled,
  setText,
} from "../kit/dom.js";
import { DigitList } from "./digit_list.js";
import { digitPicture, inputOf } from "./digits.js";

const NAMES = {
  all: "test images",
  mistakes: "mistakes",
  uncertain: "test images, most uncertain first",
};
/** @type {Array<[import("./digit_list.js").Filter, string]>} */
const FILTERS = [
  ["all", "All"],
  ["mistakes", "Mistakes"],
  ["uncertain", "Uncertain"],
];
const STEPS = [
  ["‹", "previous"],
  ["Random", "random"],
  ["›", "next"],
];

/** @param {{onChange: () => void}} wishes the reader has turned to another image */
export function browser({ onChange }) {
  const list = new DigitList(onChange, (done) => setText(place, progressText(done)));
  const picture = digitPicture("large");
  const view = el("div", { class: "leaf", role: "img", tabindex: "0" }, picture.node);
  const classes = el("select", { "aria-label": "class" });
  const number = el("input", {
    type: "text",
    inputmode: "numeric",
    "aria-label": "index of the test image, from 0",
  });
  const place = el("p", { class: "place" });
  const again = el("button", { type: "button", class: "link", hidden: true }, "update");
  const filters = segmented("which test images", FILTERS, "all", (filter) =>
    list.choose({ filter }),
  );
  const steps = STEPS.map(([words, label]) =>
    el("button", { type: "button", "aria-label": `${label} image` }, words),
  );
  const node = el(
    "div",
    { class: "browse", role: "group", "aria-label": "Test images" },
    el("div", { class: "tools" }, filters, classes),
    view,
    el(
      "div",
      { class: "tools" },
      el("div", { class: "plain-buttons" }, ...steps),
      el("label", { class: "jump" }, el("span", { class: "muted" }, "index"), number),
    ),
    el("div", { class: "told" }, place, again),
  );

  const [before, random, after] = steps;
  onPress(before, () => list.step(-1));
  onPress(after, () => list.step(1));
  onPress(random, () => list.step(1 + Math.floor(Math.random() * (list.order.length - 1))));
  again.addEventListener("click", () => {
    list.compute();
    list.sift();
  });
  classes.addEventListener("change", () =>
    list.choose({ only: classes.value === "" ? null : Number(classes.value) }),
  );
  number.addEventListener("change", jump);
  view.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || isShortcut(event)) return;
    event.preventDefault();
    list.step(by);
  });

  function jump() {
    const wish = /^\d+$/.test(number.value.replace(/[\s,]/g, ""))
      ? Number(number.value.replace(/[\s,]/g, ""))
      : -1;
    const known = wish >= 0 && wish < list.digits.images.length;
    number.value = String((known ? wish : list.image) ?? "");
    if (!known || list.show(wish)) return;
    // It is none of those that are leafed through: all of them, then.
    classes.value = "";
    list.only = null;
    /** @type {HTMLButtonElement} */ (filters.firstChild).click();
    list.show(wish);
  }

  /** @param {number} done how many images */
  const progressText = (done) =>
    `Classifying ${count(list.digits.images.length)} test images: ${count(done)} done`;

  function placeText() {
    const { order, at, filter, only, basis, digits } = list;
    const among = only === null ? "" : ` of class ${digits.classes[only]}`;
    const when = basis ? ` at ${basis.words}` : "";
    return order.length
      ? `${ordinal(at + 1)} of ${count(order.length)} ${NAMES[filter]}${among}${when}`
      : `No mistakes${among}${when}.`;
  }

  /** @param {import("./digits.js").Digits} digits */
  function give(digits) {
    list.digits = digits;
    classes.replaceChildren(
      el("option", { value: "" }, "every class"),
      ...digits.classes.map((name, k) => el("option", { value: String(k) }, name)),
    );
    list.choose({ only: null });
  }

  /** @returns {import("./digit_source.js").Source} */
  function read() {
    const { image, digits } = list;
    if (image === undefined) return { x: null, truth: null, name: "", words: placeText() };
    const x = inputOf(digits.images[image]);
    return { x, truth: digits.labels[image], name: `test image ${image}`, words: "" };
  }

  /**
   * @param {import("./digit_source.js").Source} source what `read` gave
   * @param {import("../core/pixels.js").Shape} shape @param {import("../kit/theme.js").Theme} theme
   */
  function draw({ x, truth, name }, shape, theme) {
    picture.draw(x, shape, theme);
    setAttribute(
      view,
      "aria-label",
      x && truth !== null
        ? `${name}, a ${list.digits.classes[truth]}. Arrow keys show other images.`
        : "No image.",
    );
    if (focusedElement(number) !== number) number.value = String(list.image ?? "");
    // Until the net has been asked the words tell how far that is.
    if (!list.basis || list.basis.found) setText(place, placeText());
    for (const button of steps) setEnabled(button, list.order.length > 1);
    again.hidden = !list.stale;
  }
  return {
    node,
    give,
    read,
    draw,
    follow: list.follow.bind(list),
    dispose: () => list.forget(),
  };
}
