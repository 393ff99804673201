/** The test images that excite a hidden unit most, found in slices so that the page never waits. */
import { recordedAt } from "../core/addresses.js";
import { digitPicture, inputOf, loadDigits } from "./digits.js";
import { atMost, el, mark, say } from "../kit/dom.js";
import { exciting } from "./exciting.js";
import { count, signed } from "../core/format.js";
import { imageShape } from "../core/pixels.js";
import { inSlices } from "./slices.js";
import { censusOf } from "./unit_order.js";

const TOP = 10;
/** While a run trains, the search for a unit is not begun anew more often. */
const AGAIN_MS = 2000;
const TITLE = "Test images with the highest activation";
const ODD_SIZE = "The test images have another size than the network’s input.";

/**
 * @param {import("../kit/mounting.js").Card} card
 * @returns {{node: HTMLElement, draw: (net: import("./network.js").Net, unit: number) => void}}
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
  let search = null;
  let wish = null;

  /** What was found last for the unit stays until there is news of it. */
  function draw(net, unit) {
    if (!card.inSight) return;
    if (search?.unit === unit && search.shown !== card.theme.id && search.found) show(search);
    if (search?.net === net && search.unit === unit) return;
    wish = { net, unit };
    if (search?.unit === unit) calmly();
    else {
      wait();
      calmly.now();
    }
  }

  const calmly = atMost(AGAIN_MS, () => find(wish));

  async function find({ net, unit }) {
    const mine = { net, unit, found: null, digits: null, shown: "" };
    search = mine;
    try {
      mine.digits = await loadDigits(recordedAt(card.data, "digits").href);
      if (search !== mine) return;
      const { images } = mine.digits;
      if (images[0].length !== net.pixels) throw new Error(ODD_SIZE);
      mine.found = await inSlices(exciting(net, unit, images, TOP), () => search === mine);
      if (mine.found) show(mine);
    } catch (problem) {
      if (search !== mine) return;
      list.hidden = true;
      say(told, problem.message);
    }
  }

  function wait() {
    list.hidden = false;
    mark(list, "data-waiting", "true");
    mark(list, "data-unit", "");
    say(told, "Looking through the test images…");
  }

  function show(done) {
    const { net, unit, digits, found: { top, answered, of } } = done;
    done.shown = card.theme.id;
    const shape = imageShape(digits, net.pixels);
    const best = top.filter(({ value }) => value > 0);
    const isBlind = censusOf(net)[unit].inputs === 0;
    list.hidden = !best.length || isBlind;
    mark(list, "data-waiting", "false");
    mark(list, "data-unit", unit);
    slots.forEach(({ item, picture, words }, i) => {
      item.hidden = !best[i];
      if (!best[i]) return;
      const { index, value } = best[i];
      picture.draw(inputOf(digits.images[index]), shape, card.theme);
      const name = digits.classes?.[digits.labels[index]] ?? digits.labels[index];
      say(words, `${name} · ${signed(value, 1)}`);
      mark(item, "title", `test image ${index}: ${name}, activation ${signed(value)}`);
    });
    say(told, isBlind ? "It has no active input, so its activation is the same for every image."
      : answered ? `Its activation is above 0 for ${count(answered)} of the ${count(of)} test `
        + "images. Under each image: its class, and the unit’s activation."
      : `Its activation is above 0 for none of the ${count(of)} test images.`);
  }
  return { node, draw };
}
