/** How much ink the training images carry, as lines to lay over a picture of the pixels. */

/** Where the lines lie, as shares of the most ink of any pixel. */
const SHARES = [0.2, 0.5, 0.8];
/** @type {WeakMap<Uint8Array[], Map<?number, Float32Array>>} by class */
const means = new WeakMap();

/**
 * @typedef {import("../core/store.js").Facts} Facts
 * @typedef {import("../core/pixels.js").Shape} Shape
 * @typedef {import("../kit/grid_picture.js").GridState["contour"]} Contour
 */

/**
 * The mean image, its channels averaged.
 * @param {?Facts} facts @param {Shape} shape
 * @param {?number} [of] a class; null for all of them alike
 * @returns {?Float32Array} by pixel of the image, 0..1; null for runs that did not record it
 */
function meanInk(facts, shape, of = null) {
  const all = facts?.classMeans;
  if (!all?.length || (of !== null && !all[of])) return null;
  const held = means.get(all) ?? new Map();
  means.set(all, held);
  const mean = held.get(of) ?? average(of === null ? all : [all[of]], shape);
  held.set(of, mean);
  return mean;
}

/** @param {Uint8Array[]} images @param {Shape} shape */
function average(images, { channels, height, width }) {
  const size = height * width;
  const sums = new Float32Array(size);
  for (const image of images) for (let i = 0; i < image.length; i++) sums[i % size] += image[i];
  return sums.map((sum) => sum / (255 * channels * images.length));
}

/**
 * What GridPicture calls a contour.
 * @param {?Float32Array} values what `meanInk` gave @param {number[]} shares
 */
function contourOf(values, shares) {
  if (!values) return null;
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return most ? { values, levels: shares.map((share) => share * most) } : null;
}

/** What the lines are, for a legend. @param {string} what @param {number[]} shares */
export const contourText = (what, shares = SHARES) =>
  `contour lines: ${shares.map((share) => Math.round(100 * share)).join(", ")}% of the highest ` +
  `value of ${what}`;

/** In a picture of a class: the lines of that class. */
export const OWN = "own";
const ALL = "all";
const NONE = "none";

/**
 * What lines can be chosen: none, of the mean image, of a class; of each picture's own class.
 * @param {?Facts} facts @param {boolean} [own] whether the pictures are of classes
 * @returns {Array<[string, string]>} value and words
 */
export function lineOptions(facts, own = false) {
  if (!facts?.classMeans) return [[NONE, "not recorded"]];
  /** @type {Array<[string, string]>} */
  const options = [
    [NONE, "none"],
    [ALL, "the mean image"],
  ];
  if (own) options.unshift([OWN, "its own class"]);
  facts.classes.forEach((name, k) => options.push([String(k), `class ${name}`]));
  return options;
}

/**
 * What has been chosen among them.
 * @param {string} value @param {?Facts} facts @param {Shape} shape @param {number[]} [shares]
 * @returns {{ink: ?Float32Array, contour: Contour, words: string, of: string}} ink: of the chosen
 *   class, otherwise of all images
 */
export function linesOf(value, facts, shape, shares = SHARES) {
  const chosen = value === NONE || value === ALL || !value ? null : Number(value);
  const ink = meanInk(facts, shape, chosen);
  const of = chosen === null ? "the mean image" : `the mean of class ${facts?.classes[chosen]}`;
  const contour = value === NONE ? null : contourOf(ink, shares);
  return { ink, contour, of, words: contour ? contourText(of, shares) : "" };
}
