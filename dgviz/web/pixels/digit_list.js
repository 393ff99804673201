/** The test images that are browsed, and the position in them. Without the DOM. */
import { predictAll, predictionsOf } from "./digit_predictions.js";

/**
 * @typedef {"all"|"mistakes"|"uncertain"} Filter
 * @typedef {import("./routed.js").Model} Model
 */

export class DigitList {
  /**
   * @param {() => void} changed called when the images or the position changed
   * @param {(done: number) => void} progress called with the number of classified images
   */
  constructor(changed, progress) {
    this.changed = changed;
    this.progress = progress;
    /** @type {?Model} */
    this.model = null;
    this.label = "";
    /** @type {import("../kit/digits.js").Digits} */
    this.digits = { image_shape: [], classes: [], images: [], labels: new Uint8Array() };
    /** @type {Filter} */
    this.filter = "all";
    /** @type {?number} only images of this class */
    this.only = null;
    /** @type {number[]} indices of test images */
    this.order = [];
    this.at = 0;
    /** @type {?number} the image to show as soon as the images are chosen */
    this.wanted = null;
    /** @type {?{model: Model, label: string, predictions: ?import("./digit_predictions.js").Predictions}}
     * the network that the images were chosen by; predictions: null while it is being computed */
    this.basis = null;
    /** @type {?ReturnType<typeof predictAll>} */
    this.work = null;
  }

  /** @returns {number|undefined} the image that is shown */
  get image() {
    return this.order[this.at];
  }

  /** What the images are chosen by, once they are classified. */
  get predictions() {
    return this.basis?.predictions ?? null;
  }

  /** Whether the images were chosen by an older network. */
  get stale() {
    const { basis } = this;
    return basis !== null && basis.predictions !== null && basis.model !== this.model;
  }

  /** @param {Model} model the current one @param {string} label "epoch 12" */
  setModel(model, label) {
    Object.assign(this, { model, label });
    // With a link the images may have been chosen before there was a network.
    if (this.filter === "all" || this.basis) return;
    this.compute();
    if (this.predictions) this.applyFilters();
  }

  /** @param {{filter?: Filter, only?: ?number, wanted?: ?number}} choices */
  choose(choices) {
    Object.assign(this, { wanted: null, ...choices });
    if (this.filter === "all") this.cancel();
    else if (!this.basis) this.compute();
    this.applyFilters();
  }

  /** Classify all images with the current network. */
  compute() {
    this.cancel();
    const { model, label } = this;
    if (!model) return;
    const basis = { model, label, predictions: predictionsOf(model) ?? null };
    this.basis = basis;
    if (basis.predictions) return;
    this.work = predictAll(model, this.digits.images, this.progress);
    this.work.done.then((predictions) => {
      if (!predictions || this.basis !== basis) return;
      basis.predictions = predictions;
      this.applyFilters();
    });
  }

  cancel() {
    this.work?.stop();
    this.work = this.basis = null;
  }

  /**
   * Apply the filters. The wanted image, or else the one that is shown, stays if it is among the
   * chosen ones.
   */
  applyFilters() {
    const {
      digits: { images, labels },
      filter,
      only,
      wanted,
      predictions,
    } = this;
    let image = wanted ?? this.image;
    const all = Array.from(images.keys());
    this.order = only === null ? all : all.filter((at) => labels[at] === only);
    if (filter === "mistakes" && predictions) {
      this.order = this.order.filter((at) => predictions.classes[at] !== labels[at]);
    }
    if (filter === "uncertain" && predictions) {
      this.order = this.order.sort((a, b) => predictions.margins[a] - predictions.margins[b]);
      image = wanted ?? undefined;
    }
    this.at = image === undefined ? 0 : Math.max(0, this.order.indexOf(image));
    if (filter === "all" || predictions) this.wanted = null;
    this.changed();
  }

  /** @param {number} by number of images forward; the first follows the last */
  step(by) {
    const n = this.order.length;
    if (!n) return;
    this.wanted = null;
    this.at = (((this.at + by) % n) + n) % n;
    this.changed();
  }

  /** @param {number} image @returns {boolean} whether it is among the chosen images */
  show(image) {
    const at = this.order.indexOf(image);
    if (at >= 0) this.step(at - this.at);
    return at >= 0;
  }
}
