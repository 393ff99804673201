/** Contour lines of the mean training images, drawn over a picture of the pixels. */

/** The levels of the lines, as shares of the highest value. */
const SHARES = [0.2, 0.5, 0.8];
/** @type {WeakMap<Uint8Array[], Map<?number, Float32Array>>} by class */
const means = new WeakMap();

/**
 * @typedef {import("../core/store.js").Facts} Facts
 * @typedef {import("../core/pixels.js").Shape} Shape
 * @typedef {import("../kit/grid_picture.js").GridState["contour"]} Contour
 */

/**
 * The mean training image, averaged over the channels.
 * @param {?Facts} facts @param {Shape} shape
 * @param {?number} [of] a class; null for all classes, with equal weights
 * @returns {?Float32Array} by pixel of the image, 0..1; null if the run did not record it
 */
function meanInk(facts, shape, of = null) {
  const all = facts?.classMeans;
  if (!all?.length || (of !== null && !all[of])) return null;
  const cached = means.get(all) ?? new Map();
  means.set(all, cached);
  const mean = cached.get(of) ?? average(of === null ? all : [all[of]], shape);
  cached.set(of, mean);
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
 * @param {?Float32Array} values from `meanInk` @param {number[]} shares
 * @returns {Contour|null}
 */
function contourOf(values, shares) {
  if (!values) return null;
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return most ? { values, levels: shares.map((share) => share * most) } : null;
}

/** Describe the lines for a legend. @param {string} what @param {number[]} shares */
export const contourText = (what, shares = SHARES) =>
  `contour lines: ${shares.map((share) => Math.round(100 * share)).join(", ")}% of the highest ` +
  `value of ${what}`;

/** The lines of the class that a picture shows. */
export const OWN = "own";
const ALL = "all";
const NONE = "none";

/**
 * The lines that can be chosen.
 * @param {?Facts} facts @param {boolean} [own] whether each picture shows a class
 * @returns {Array<[string, string]>} value and label of each choice
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
 * The chosen lines.
 * @param {string} value from `lineOptions`
 * @param {?Facts} facts @param {Shape} shape @param {number[]} [shares]
 * @returns {{ink: ?Float32Array, contour: Contour, text: string, name: string}} ink: the mean image of
 *   the chosen class or of all classes; name: its name; text: the text of the legend
 */
export function linesOf(value, facts, shape, shares = SHARES) {
  const chosen = value === NONE || value === ALL || !value ? null : Number(value);
  const ink = meanInk(facts, shape, chosen);
  const name = chosen === null ? "the mean image" : `the mean of class ${facts?.classes[chosen]}`;
  const contour = value === NONE ? null : contourOf(ink, shares);
  return { ink, contour, name, text: contour ? contourText(name, shares) : "" };
}
