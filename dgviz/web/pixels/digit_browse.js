/** Browse the test images: all of them, the mistakes, or the most uncertain first. */

import { count, ordinal } from "../core/format.js";
import { digitPicture, inputOf } from "../kit/digits.js";
import {
  el,
  focusedElement,
  isShortcut,
  offer,
  onPress,
  segmented,
  setAttribute,
  setEnabled,
  setText,
} from "../kit/dom.js";
import { DigitList } from "./digit_list.js";
import * as pin from "./pin.js";

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

/** @param {{onChange: () => void}} handlers onChange: another image is shown */
export function digitBrowser({ onChange }) {
  const list = new DigitList(changed, (done) => setText(position, progressText(done)));
  const picture = digitPicture("large");
  const view = el("div", { class: "leaf", role: "img", tabindex: "0" }, picture.node);
  const classes = el("select", { "aria-label": "class" });
  const number = el("input", {
    type: "text",
    inputmode: "numeric",
    "aria-label": "index of the test image, from 0",
  });
  const position = el("p", { class: "position" });
  const update = el("button", { type: "button", class: "link", hidden: true }, "update");
  const filters = segmented("which test images", FILTERS, "all", (filter) =>
    list.choose({ filter }),
  );
  const steps = STEPS.map(([text, label]) =>
    el("button", { type: "button", "aria-label": `${label} image` }, text),
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
    el("div", { class: "browse-status" }, position, update),
  );

  const [before, random, after] = steps;
  onPress(before, () => list.step(-1));
  onPress(after, () => list.step(1));
  onPress(random, () => list.step(1 + Math.floor(Math.random() * (list.order.length - 1))));
  update.addEventListener("click", () => {
    list.compute();
    list.applyFilters();
  });
  classes.addEventListener("change", () =>
    list.choose({ only: classes.value === "" ? null : Number(classes.value) }),
  );
  number.addEventListener("change", jump);
  let isWaiting = false;

  /** Browse what is pinned, if that has changed. */
  function onPin() {
    if (isWaiting) return;
    isWaiting = true;
    // A new address changes all three.
    queueMicrotask(() => {
      isWaiting = false;
      if (isRestoring()) restore();
    });
  }

  function changed() {
    keep();
    onChange();
  }

  /** Pins what is browsed; nothing for the first of all test images. */
  function keep() {
    const { filter, only, image = null, at } = list;
    const isStart = filter === "all" && only === null && at === 0;
    pin.set("digit", isStart ? null : image);
    pin.set("digits", filter === "all" ? null : filter);
    pin.set("label", only);
  }

  /** Whether something else is pinned than what is browsed. */
  function isRestoring() {
    const { digit, digits, label } = pin.pinned.all;
    const { filter, only, image = null } = list;
    const first = filter === "all" && only === null ? 0 : image;
    return filter !== (digits ?? "all") || only !== label || image !== (digit ?? first);
  }

  /** Browse what is pinned. */
  function restore() {
    const { images, classes: names } = list.digits;
    if (!images.length) return;
    const { digit, digits, label } = pin.pinned.all;
    const only = label !== null && label < names.length ? label : null;
    const filter = digits ?? "all";
    offer(
      filters,
      FILTERS.map(([value]) => value),
      filter,
    );
    classes.value = String(only ?? "");
    list.choose({ filter, only, wanted: digit ?? (digits || only !== null ? null : 0) });
  }
  view.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || isShortcut(event)) return;
    event.preventDefault();
    list.step(by);
  });

  function jump() {
    const index = /^\d+$/.test(number.value.replace(/[\s,]/g, ""))
      ? Number(number.value.replace(/[\s,]/g, ""))
      : -1;
    const exists = index >= 0 && index < list.digits.images.length;
    number.value = String((exists ? index : list.image) ?? "");
    if (!exists || list.show(index)) return;
    // The filters exclude this image: remove them.
    classes.value = "";
    list.only = null;
    /** @type {HTMLButtonElement} */ (filters.firstChild).click();
    list.show(index);
  }

  /** @param {number} done number of images */
  const progressText = (done) =>
    `Classifying ${count(list.digits.images.length)} test images: ${count(done)} done`;

  function placeText() {
    const { order, at, filter, only, basis, digits } = list;
    const among = only === null ? "" : ` of class ${digits.classes[only]}`;
    const when = basis ? ` at ${basis.label}` : "";
    return order.length
      ? `${ordinal(at + 1)} of ${count(order.length)} ${NAMES[filter]}${among}${when}`
      : `No mistakes${among}${when}.`;
  }

  /** @param {import("../kit/digits.js").Digits} digits */
  function setDigits(digits) {
    list.digits = digits;
    classes.replaceChildren(
      el("option", { value: "" }, "every class"),
      ...digits.classes.map((name, k) => el("option", { value: String(k) }, name)),
    );
    restore();
  }

  /** @returns {import("./digit_source.js").Source} */
  function read() {
    const { image, digits } = list;
    if (image === undefined) return { x: null, truth: null, name: "", text: placeText() };
    const x = inputOf(digits.images[image]);
    return { x, truth: digits.labels[image], name: `test image ${image}`, text: "" };
  }

  /**
   * @param {import("./digit_source.js").Source} source from `read`
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
    // While the images are being classified, the progress is shown here.
    if (!list.basis || list.basis.predictions) setText(position, placeText());
    for (const button of steps) setEnabled(button, list.order.length > 1);
    update.hidden = !list.stale;
  }
  return {
    node,
    setDigits,
    read,
    draw,
    setModel: list.setModel.bind(list),
    onPin,
    dispose: () => list.cancel(),
  };
}
