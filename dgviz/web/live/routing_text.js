/** Texts of the routing of images. */
import { capBelowOne, count, percent, UNKNOWN } from "../core/format.js";

/** The most classes that a route's sentence names. */
const MOST_NAMED = 3;

/** @typedef {import("../core/routing.js").Routing} Routing */

/** A share as a whole number of hundredths: 0.413 -> "41". @param {?number} share in [0, 1] */
export const cellText = (share) =>
  share === null ? UNKNOWN : (100 * capBelowOne(share, 2)).toFixed(0);

/**
 * Headings of the columns: under a common word its numbers, otherwise the whole names.
 * @param {string[]} routes @param {string} word what the method calls a route
 * @returns {{group: string, heads: string[]}} group: the common word, or ""
 */
export function headsOf(routes, word) {
  const heads = routes.map((name) => name.replace(`${word} `, ""));
  const isNumbered = heads.every((head) => /^\d+$/.test(head));
  return isNumbered ? { group: word, heads } : { group: "", heads: routes };
}

/** "an expert", "a path" @param {string} word */
const withArticle = (word) => `${/^[aeio]/.test(word) ? "an" : "a"} ${word}`;

/**
 * What the numbers mean. @param {Routing} routing @param {string} word
 */
export const meaningText = ({ images, of }, word) =>
  `Each number is ${withArticle(word)}’s mean share over the images of a class, on the ` +
  `${count(images)} ${of} images at the last evaluation.`;

/**
 * One number with its row and column.
 * @param {string} row "class 3" @param {string} route @param {?number} share
 */
export const shareText = (row, route, share) =>
  `${row} · ${route}: ${share === null ? "no images" : percent(share, 1)}`;

/**
 * The whole picture in words: the share of each route, and the classes with its largest shares.
 * @param {Routing} routing @param {string[]} names of the classes
 */
export function routingText({ routes, byClass, mean, images, of }, names) {
  const sentences = routes.map((route, at) => {
    const ranked = byClass
      .flatMap((row, k) => (row && row[at] > mean[at] ? [{ k, share: row[at] }] : []))
      .sort((a, b) => b.share - a.share)
      .slice(0, MOST_NAMED)
      .map(({ k, share }) => `class ${names[k]} (${percent(share, 0)})`);
    const most = ranked.length ? `most of ${ranked.join(", ")}` : "the same of every class";
    return `${route} has ${percent(mean[at], 0)}, ${most}.`;
  });
  return `Mean shares on the ${count(images)} ${of} images: ${sentences.join(" ")}`;
}
