/** The test images with the highest activation of a hidden unit, found in short slices of time. */
import { recordingUrl } from "../core/addresses.js";
import { count, signed } from "../core/format.js";
import { imageShape } from "../core/pixels.js";
import { digitPicture, inputOf, loadDigits, RETRY_MS } from "../kit/digits.js";
import { el, setAttribute, setText, throttle } from "../kit/dom.js";
import { routeKey } from "./chosen_route.js";
import { highestActivations } from "./exciting.js";
import { searchedText } from "./route_text.js";
import { inSlices } from "./slices.js";
import { censusOf } from "./unit_order.js";

const TOP = 10;
/** The shortest time between two searches for the same unit, while a run trains. */
const SEARCH_MS = 2000;
const TITLE = "Test images with the highest activation";
const WRONG_SIZE = "The test images have a different size from the network’s input.";

/**
 * @typedef {import("./network.js").Net} Net
 *
 * @typedef {Object} Search
 * @property {Net} net @property {number} unit @property {string} of the run and its route
 * @property {string} shown id of the theme it was drawn in
 * @property {?{digits: import("../kit/digits.js").Digits, best: import("./exciting.js").Activations}}
 *   found null until it has ended
 *
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, draw: (net: Net, unit: number) => void}}
 */
export function unitImages(card) {
  const list = el("ol", { class: "excited", "aria-label": TITLE });
  const note = el("p", { class: "sub" });
  const node = el("section", { class: "part unit-images" }, el("h3", {}, TITLE), list, note);
  const slots = Array.from({ length: TOP }, () => {
    const [picture, caption] = [digitPicture(), el("span")];
    const item = el("li", {}, picture.node, caption);
    list.append(item);
    return { item, picture, caption };
  });
  /** @type {?Search} */
  let search = null;
  /** @type {?{net: Net, unit: number}} */
  let wanted = null;

  /**
   * Start a search if needed. Until it ends, the unit's previous result stays on the page.
   * @param {Net} net @param {number} unit
   */
  function draw(net, unit) {
    if (!card.inSight) return;
    const isSameUnit = search?.unit === unit && search.of === routeKey(card);
    if (search && isSameUnit && search.shown !== card.theme.id) show(search);
    if (search?.net === net && isSameUnit) return;
    wanted = { net, unit };
    if (isSameUnit) searchThrottled();
    else {
      wait();
      searchThrottled.now();
    }
  }

  const searchThrottled = throttle(SEARCH_MS, () => void runSearch());

  async function runSearch() {
    if (!wanted) return;
    const { net, unit } = wanted;
    /** @type {Search} */
    const current = { net, unit, of: routeKey(card), found: null, shown: "" };
    search = current;
    try {
      const digits = await loadDigits(recordingUrl(card.data, "digits").href);
      if (search !== current) return;
      const { images } = digits;
      if (images[0].length !== net.pixels) throw new Error(WRONG_SIZE);
      const best = await inSlices(
        highestActivations(net, unit, images, TOP),
        () => search === current,
      );
      if (!best) return;
      current.found = { digits, best };
      show(current);
    } catch (problem) {
      if (search !== current) return;
      list.hidden = true;
      setText(note, problem.message);
      if (problem.message === WRONG_SIZE) return;
      // The next draw searches again.
      setTimeout(() => {
        if (search === current) search = null;
      }, RETRY_MS);
    }
  }

  function wait() {
    list.hidden = false;
    setAttribute(list, "data-waiting", "true");
    setAttribute(list, "data-unit", "");
    setText(note, "Searching the test images…");
  }

  /** @param {Search} done */
  function show(done) {
    if (!done.found) return;
    const {
      net,
      unit,
      found: {
        digits,
        best: { top, positive, total },
      },
    } = done;
    done.shown = card.theme.id;
    const shape = imageShape(digits, net.pixels);
    const best = top.filter(({ value }) => value > 0);
    const hasNoInput = censusOf(net)[unit].inputs === 0;
    list.hidden = !best.length || hasNoInput;
    setAttribute(list, "data-waiting", "false");
    setAttribute(list, "data-unit", unit);
    slots.forEach(({ item, picture, caption }, i) => {
      item.hidden = !best[i];
      if (!best[i]) return;
      const { index, value } = best[i];
      picture.draw(inputOf(digits.images[index]), shape, card.theme);
      const label = digits.labels[index];
      const name = digits.classes?.[label] ?? String(label);
      setText(caption, `${name} · ${signed(value, 1)}`);
      setAttribute(item, "title", `test image ${index}: ${name}, activation ${signed(value)}`);
    });
    setText(
      note,
      hasNoInput
        ? "It has no active input, so its activation is the same for every image."
        : positive
          ? `Its activation is above 0 for ${count(positive)} of the ${count(total)} test ` +
            "images. Under each image: its class, and the unit’s activation." +
            searchedText(card.data.routing)
          : `Its activation is above 0 for none of the ${count(total)} test images.`,
    );
  }
  return { node, draw };
}
