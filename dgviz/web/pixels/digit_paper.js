/** Conversion of a picture file to an input of the network. The file never leaves the browser. */

const MOST_BYTES = 10 * 2 ** 20;
const MOST_SIDE = 4096;
/** A larger picture is scaled down to this side. */
const READ_SIDE = 512;
/** The smallest difference in brightness between paper and ink. */
const CONTRAST = 0.12;
/** As shares of the strongest ink: values below the first are paper, above the second full ink. */
const [SHADOW, SOLID] = [0.25, 0.75];

const UNREADABLE = "The browser cannot read this as a picture. It reads PNG, JPEG, WebP and GIF.";

/**
 * @param {File} file @returns {Promise<ImageBitmap>} @throws {Error} with a sentence for the page
 */
export async function readPicture(file) {
  if (file.size > MOST_BYTES) throw new Error("This file is larger than 10 MB.");
  const { width, height } = await sizeOf(file);
  if (Math.max(width, height) > MOST_SIDE) {
    throw new Error(`This picture is ${width} × ${height} pixels: at most ${MOST_SIDE} each way.`);
  }
  try {
    // Decodes by content, not by file name, and refuses SVG.
    return await createImageBitmap(file);
  } catch {
    throw new Error(UNREADABLE);
  }
}

/**
 * Read the size without decoding the picture: a small file can hold one of many gigabytes.
 * @param {File} file
 */
async function sizeOf(file) {
  const url = URL.createObjectURL(file);
  const image = new Image();
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    return { width: image.naturalWidth, height: image.naturalHeight };
  } catch {
    throw new Error(UNREADABLE);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * Draw the picture on a background, scaled to at most READ_SIDE or cropped to the given size.
 * @param {ImageBitmap} bitmap @param {string} ground
 * @param {?{width: number, height: number}} [size]
 */
function rgbaOf(bitmap, ground, size = null) {
  const scale = size
    ? Math.max(size.width / bitmap.width, size.height / bitmap.height)
    : Math.min(1, READ_SIDE / Math.max(bitmap.width, bitmap.height));
  const [wide, high] = [bitmap.width, bitmap.height].map((n) => Math.max(1, Math.round(n * scale)));
  const { width, height } = size ?? { width: wide, height: high };
  const context = inkContext(width, height);
  context.imageSmoothingQuality = "high";
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, (width - wide) / 2, (height - high) / 2, wide, high);
  return context.getImageData(0, 0, width, height);
}

/**
 * The context of a new canvas that is read often.
 * @param {number} width @param {number} height
 */
export const inkContext = (width, height) =>
  /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })
  );

/** @param {ImageData} picture @returns {Float32Array} 0 black to 1 white */
function brightness({ data, width, height }) {
  return Float32Array.from(
    { length: width * height },
    (_, at) => (0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]) / 255,
  );
}

/**
 * Crop and scale a picture to the network's shape; its brightness is not changed.
 * @param {ImageBitmap} bitmap @param {import("../core/pixels.js").Shape} shape
 * @returns {Float32Array} 0..1, channel first
 */
export function asItIs(bitmap, shape) {
  const picture = rgbaOf(bitmap, "#000", shape);
  if (shape.channels === 1) return brightness(picture);
  const size = shape.width * shape.height;
  return Float32Array.from(
    { length: shape.channels * size },
    (_, at) => picture.data[4 * (at % size) + Math.floor(at / size)] / 255,
  );
}

/**
 * Find the ink of a picture: pixels that differ from the paper, whose brightness is the border's.
 * @param {ImageBitmap} bitmap
 * @returns {?{ink: Float32Array, width: number, height: number, inverted: boolean}} inverted: the
 *   paper is light; null if there is no ink
 */
export function inkOf(bitmap) {
  // Transparent pixels can be meant as white or as black paper.
  for (const ground of ["#fff", "#000"]) {
    const picture = rgbaOf(bitmap, ground);
    const found = inkIn(brightness(picture), picture);
    if (found) return found;
  }
  return null;
}

/** @param {Float32Array} values @param {{width: number, height: number}} size */
function inkIn(values, { width, height }) {
  const paper = borderOf(values, width, height);
  const inverted = paper > 0.5;
  const amounts = values.map((value) => Math.max(0, inverted ? paper - value : value - paper));
  const most = amounts.reduce((a, b) => Math.max(a, b), 0);
  if (most < CONTRAST) return null;
  const ink = amounts.map((amount) =>
    Math.min(1, Math.max(0, (amount / most - SHADOW) / (SOLID - SHADOW))),
  );
  return { ink, width, height, inverted };
}

/**
 * The median brightness of the outermost pixels.
 * @param {Float32Array} values @param {number} width @param {number} height
 */
function borderOf(values, width, height) {
  const edge = values.filter((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return edge.sort()[edge.length >> 1];
}
