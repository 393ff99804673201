/** The test images that excite a hidden unit most, found in slices so that the page never waits. */
import { recordingUrl } from "../core/addresses.js";
import { count, signed } from "../core/format.js";
import { imageShape } from "../core/pixels.js";
import { el, setAttribute, setText, throttle } from "../kit/dom.js";
import { digitPicture, inputOf, loadDigits } from "./digits.js";
import { exciting } from "./exciting.js";
import { inSlices } from "./slices.js";
import { censusOf } from "./unit_order.js";

const TOP = 10;
/** While a run trains, the search for a unit is not begun anew more often. */
const AGAIN_MS = 2000;
const TITLE = "Test images with the highest activation";
const ODD_SIZE = "The test images have another size than the network’s input.";

/**
 * @typedef {import("./network.js").Net} Net
 *
 * @typedef {Object} Search
 * @property {Net} net @property {number} unit @property {string} shown the theme it was drawn in
 * @property {?{digits: import("./digits.js").Digits, best: import("./exciting.js").Excitement}}
 *   found null while it is under way
 *
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, draw: (net: Net, unit: number) => void}}
 */
export function unitImages(card) {
  const list = el("ol", { class: "excited", "aria-label": TITLE });
  const told = el("p", { class: "sub" });
  const node = el("section", { class: "part excites" }, el("h3", {}, TITLE), list, told);
  const slots = Array.from({ length: TOP }, () => {
    const [picture, words] = [digitPicture("small"), el("span")];
    const item = el("li", {}, picture.node, words);
    list.append(item);
    return { item, picture, words };
  });
  /** @type {?Search} */
  let search = null;
  /** @type {?{net: Net, unit: number}} */
  let wish = null;

  /**
   * What was found last for the unit stays until there is news of it.
   * @param {Net} net @param {number} unit
   */
  function draw(net, unit) {
    if (!card.inSight) return;
    if (search?.unit === unit && search.shown !== card.theme.id) show(search);
    if (search?.net === net && search.unit === unit) return;
    wish = { net, unit };
    if (search?.unit === unit) drawThrottled();
    else {
      wait();
      drawThrottled.now();
    }
  }

  const drawThrottled = throttle(AGAIN_MS, () => void find());

  async function find() {
    if (!wish) return;
    const { net, unit } = wish;
    /** @type {Search} */
    const mine = { net, unit, found: null, shown: "" };
    search = mine;
    try {
      const digits = await loadDigits(recordingUrl(card.data, "digits").href);
      if (search !== mine) return;
      const { images } = digits;
      if (images[0].length !== net.pixels) throw new Error(ODD_SIZE);
      const best = await inSlices(exciting(net, unit, images, TOP), () => search === mine);
      if (!best) return;
      mine.found = { digits, best };
      show(mine);
    } catch (problem) {
      if (search !== mine) return;
      list.hidden = true;
      setText(told, problem.message);
    }
  }

  function wait() {
    list.hidden = false;
    setAttribute(list, "data-waiting", "true");
    setAttribute(list, "data-unit", "");
    setText(told, "Looking through the test images…");
  }

  /** @param {Search} done */
  function show(done) {
    if (!done.found) return;
    const {
      net,
      unit,
      found: {
        digits,
        best: { top, answered, of },
      },
    } = done;
    done.shown = card.theme.id;
    const shape = imageShape(digits, net.pixels);
    const best = top.filter(({ value }) => value > 0);
    const isBlind = censusOf(net)[unit].inputs === 0;
    list.hidden = !best.length || isBlind;
    setAttribute(list, "data-waiting", "false");
    setAttribute(list, "data-unit", unit);
    slots.forEach(({ item, picture, words }, i) => {
      item.hidden = !best[i];
      if (!best[i]) return;
      const { index, value } = best[i];
      picture.draw(inputOf(digits.images[index]), shape, card.theme);
      const label = digits.labels[index];
      const name = digits.classes?.[label] ?? String(label);
      setText(words, `${name} · ${signed(value, 1)}`);
      setAttribute(item, "title", `test image ${index}: ${name}, activation ${signed(value)}`);
    });
    setText(
      told,
      isBlind
        ? "It has no active input, so its activation is the same for every image."
        : answered
          ? `Its activation is above 0 for ${count(answered)} of the ${count(of)} test ` +
            "images. Under each image: its class, and the unit’s activation."
          : `Its activation is above 0 for none of the ${count(of)} test images.`,
    );
  }
  return { node, draw };
}
