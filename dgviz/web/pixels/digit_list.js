/** Which test images the reader leafs through, and where in them they are. No page. */
import { predictAll, predictionsOf } from "./digit_predictions.js";

/** @typedef {"all"|"mistakes"|"uncertain"} Filter */

export class DigitList {
  /**
   * @param {() => void} changed other images, or another of them
   * @param {(done: number) => void} progress how many images the net has been asked about
   */
  constructor(changed, progress) {
    this.changed = changed;
    this.progress = progress;
    /** @type {?import("./network.js").Net} */
    this.net = null;
    this.words = "";
    /** @type {import("./digits.js").Digits} */
    this.digits = { image_shape: [], classes: [], images: [], labels: new Uint8Array() };
    /** @type {Filter} */
    this.filter = "all";
    /** @type {?number} only images of this class */
    this.only = null;
    /** @type {number[]} places in the test images */
    this.order = [];
    this.at = 0;
    /** @type {?{net: import("./network.js").Net, words: string, found: ?import("./digit_predictions.js").Predictions}}
     * what the images were chosen by, and when that was; found: null while it is worked out */
    this.basis = null;
    /** @type {?ReturnType<typeof predictAll>} */
    this.work = null;
  }

  /** @returns {number|undefined} the image that is shown */
  get image() {
    return this.order[this.at];
  }

  /** Whether the images shown are not those that the net of now would choose. */
  get stale() {
    const { basis } = this;
    return basis !== null && basis.found !== null && basis.net !== this.net;
  }

  /** @param {import("./network.js").Net} net the one of now @param {string} words "epoch 12" */
  follow(net, words) {
    Object.assign(this, { net, words });
  }

  /** @param {{filter?: Filter, only?: ?number}} wishes */
  choose(wishes) {
    Object.assign(this, wishes);
    if (this.filter === "all") this.forget();
    else if (!this.basis) this.compute();
    this.sift();
  }

  /** Asks the net of now about all images. */
  compute() {
    this.forget();
    const { net, words } = this;
    if (!net) return;
    const basis = { net, words, found: predictionsOf(net) ?? null };
    this.basis = basis;
    if (basis.found) return;
    this.work = predictAll(net, this.digits.images, this.progress);
    this.work.done.then((found) => {
      if (!found || this.basis !== basis) return;
      basis.found = found;
      this.sift();
    });
  }

  forget() {
    this.work?.stop();
    this.work = this.basis = null;
  }

  /** Chooses the images anew; the one that is shown stays if it is among them. */
  sift() {
    const {
      digits: { images, labels },
      filter,
      only,
      image,
    } = this;
    const found = this.basis?.found;
    const all = Array.from(images.keys());
    this.order = only === null ? all : all.filter((at) => labels[at] === only);
    if (filter === "mistakes" && found) {
      this.order = this.order.filter((at) => found.classes[at] !== labels[at]);
    }
    if (filter === "uncertain" && found) {
      this.order = this.order.sort((a, b) => found.margins[a] - found.margins[b]);
      this.at = 0;
    } else this.at = image === undefined ? 0 : Math.max(0, this.order.indexOf(image));
    this.changed();
  }

  /** @param {number} by how many images on, and round from the last to the first */
  step(by) {
    const n = this.order.length;
    if (!n) return;
    this.at = (((this.at + by) % n) + n) % n;
    this.changed();
  }

  /** @param {number} image @returns {boolean} whether it is among them */
  show(image) {
    const at = this.order.indexOf(image);
    if (at >= 0) this.step(at - this.at);
    return at >= 0;
  }
}
