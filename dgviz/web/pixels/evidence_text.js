/** Sentences about what a pixel adds to the classes. */

import { plain } from "../core/format.js";
import { ALWAYS_BLANK } from "../core/pixels.js";
import { extremes } from "./evidence.js";

/**
 * How the maps are computed.
 * @param {import("./evidence.js").Evidence} evidence
 */
export const caveatOf = ({ isDirect }) =>
  `This is the product of the two weight matrices${isDirect ? ", plus the weights of the shortcut" : ""}, ` +
  "as if ReLU changed no hidden unit. For a real image, ReLU sets some of them to 0.";

/** @param {number} x */
export const figure = (x) => plain(Number(x.toPrecision(2)));

/** A figure with its sign, also if it is positive. @param {number} x */
export const amount = (x) => `${x > 0 ? "+" : ""}${figure(x)}`;

/** @param {number} pixel @param {{width: number}} shape */
const placeOf = (pixel, { width }) => `row ${Math.floor(pixel / width)}, column ${pixel % width}`;

/**
 * @param {import("./evidence.js").Evidence} evidence @param {number} pixel
 * @param {{pair: [number, number], gap: Float32Array}} comparison the two classes that are compared
 * @param {?number} hovered the class whose picture is pointed at
 */
export function pixelText({ shape, classes, names, blank }, pixel, { pair: [a, b], gap }, hovered) {
  const byClass = classes.map((values) => values[pixel]);
  const [best, worst] = extremes(byClass);
  const parts = [placeOf(pixel, shape)];
  if (blank[pixel]) parts.push(ALWAYS_BLANK);
  if (!byClass.some(Boolean)) return [...parts, "not connected to any class"].join(" · ");
  if (hovered !== null) parts.push(`class ${names[hovered]}: ${amount(byClass[hovered])}`);
  if (byClass[best] > 0) parts.push(`highest: class ${names[best]}, ${amount(byClass[best])}`);
  if (byClass[worst] < 0) parts.push(`lowest: class ${names[worst]}, ${amount(byClass[worst])}`);
  if (a !== b) parts.push(`${names[a]} minus ${names[b]}: ${amount(gap[pixel])}`);
  return parts.join(" · ");
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
