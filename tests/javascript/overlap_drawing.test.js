/** The numbers of the matrix, and that they can be read on every colour of it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { cellText, coloursOf } from "../../dgviz/web/compare/overlap_drawing.js";

/** @param {number[]} colour @returns {number} relative luminance, as WCAG defines it */
const luminance = (colour) => {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

test("a number has a contrast of at least 4.5 to its cell", () => {
  for (let share = 0; share <= 1; share += 0.01) {
    const [dark, light] = Object.values(coloursOf(share))
      .map(luminance)
      .sort((a, b) => a - b);
    assert.ok((light + 0.05) / (dark + 0.05) >= 4.5, `${share.toFixed(2)}`);
  }
});

test("the overlap of random masks is in brackets, where it is given", () => {
  assert.equal(cellText(0.2852, 0.0496), "0.29 (0.05)");
  assert.deepEqual([cellText(1, null), cellText(0.2852)], ["1.00", "0.29"]);
});
