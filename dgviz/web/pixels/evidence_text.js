/** What a pixel adds to the classes, in words. */

import { plain } from "../core/format.js";
import { ALWAYS_BLANK } from "../core/pixels.js";
import { extremes } from "./evidence.js";

/** @param {number} x */
export const figure = (x) => plain(Number(x.toPrecision(2)));

/** With its sign, whichever it is. @param {number} x */
export const amount = (x) => `${x > 0 ? "+" : ""}${figure(x)}`;

/** @param {number} pixel @param {{width: number}} shape */
const placeOf = (pixel, { width }) => `row ${Math.floor(pixel / width)}, column ${pixel % width}`;

/**
 * @param {import("./evidence.js").Evidence} evidence @param {number} pixel
 * @param {{pair: [number, number], gap: Float32Array}} apart two classes that are compared
 * @param {?number} asked a class that is asked for
 */
export function pixelText({ shape, classes, names, blank }, pixel, { pair: [a, b], gap }, asked) {
  const said = classes.map((values) => values[pixel]);
  const [best, worst] = extremes(said);
  const words = [placeOf(pixel, shape)];
  if (blank[pixel]) words.push(ALWAYS_BLANK);
  if (!said.some(Boolean)) return [...words, "not connected to any class"].join(" · ");
  if (asked !== null) words.push(`class ${names[asked]}: ${amount(said[asked])}`);
  if (said[best] > 0) words.push(`highest: class ${names[best]}, ${amount(said[best])}`);
  if (said[worst] < 0) words.push(`lowest: class ${names[worst]}, ${amount(said[worst])}`);
  if (a !== b) words.push(`${names[a]} minus ${names[b]}: ${amount(gap[pixel])}`);
  return words.join(" · ");
}

/** @param {import("./evidence.js").Evidence} evidence @param {number} k @param {string} at see `atTau` */
export function classText({ shape, classes, names }, k, at) {
  const [most, least] = extremes(classes[k]);
  /** @param {number} pixel */
  const end = (pixel) => `${placeOf(pixel, shape)} (${amount(classes[k][pixel])})`;
  return (
    `For and against class ${names[k]}${at}: highest at ${end(most)}, ` +
    `lowest at ${end(least)}. Arrow keys read single pixels, Enter pins.`
  );
}
