import assert from "node:assert/strict";
import { test } from "node:test";

import { amountCells, amountColour, amountTicks } from "../../dgviz/web/core/amounts.js";
import {
  ALWAYS_BLANK,
  cellsOf,
  IN_USE,
  ofText,
  pixelsOf,
  placeOnImage,
  placeText,
  UNUSED,
} from "../../dgviz/web/core/pixels.js";
import { masksOnly } from "./blobs.js";

const COLOUR = { channels: 3, height: 1, width: 4 };

/** Two units and a colour image of four pixels, which are twelve inputs. */
function colourNet() {
  const mask = new Uint8Array(24);
  for (const [unit, input] of [
    [0, 0],
    [1, 4],
    [0, 8],
    [1, 9],
  ])
    mask[unit * 12 + input] = 1;
  const alwaysZero = new Uint8Array(12);
  // Pixel 3 in all its channels, pixel 2 in one of them.
  for (const input of [3, 7, 11, 2]) alwaysZero[input] = 1;
  return [masksOnly([[2, 12, mask]]), { image_shape: [3, 1, 4], alwaysZero }];
}

test("the channels of a colour image are added up to one pixel", () => {
  const pixels = pixelsOf(...colourNet(), 0.5);
  assert.deepEqual([...pixels.active], [3, 1, 0, 0]);
  assert.deepEqual(pixels.kinds, [IN_USE, IN_USE, UNUSED, ALWAYS_BLANK]);
  assert.equal(ofText(pixels), "of 6");
  assert.equal(ofText({ ...pixels, layers: 3 }), "of 6 in 3 first layers");
  assert.deepEqual([pixels.used, pixels.unused, pixels.blanks], [2, 1, 1]);
});

test("every input of a colour image belongs to a pixel, and others to none", () => {
  assert.deepEqual(
    [0, 3, 4, 7, 8, 11].map((input) => placeOnImage(input, COLOUR)),
    [0, 3, 0, 3, 0, 3],
  );
  assert.equal(placeOnImage(12, COLOUR), null);
  assert.equal(placeOnImage(null, COLOUR), null);
  assert.equal(placeText(6, COLOUR), "row 0, column 2, green");
});

test("unused pixels and always blank pixels have different patterns", () => {
  const theme = { unused: [1, 2, 3] };
  const cells = cellsOf(pixelsOf(...colourNet(), 0.5), theme, () => [9, 9, 9]);
  const all = (read) => [0, 1, 2, 3].map(read);
  assert.deepEqual(all(cells.striped), [false, false, true, false]);
  assert.deepEqual(all(cells.hatched), [false, false, false, true]);
  assert.deepEqual(all(cells.colourOf), [[9, 9, 9], [9, 9, 9], theme.unused, null]);
});

test("the colour of an amount depends only on the size of the network", () => {
  assert.deepEqual(amountColour(256, 256), [255, 233, 69]);
  assert.deepEqual(amountColour(16, 16), amountColour(256, 256));
  const greens = [1, 4, 16, 64, 256].map((n) => amountColour(n, 256)[1]);
  // Each amount is four times the one before, and lighter by about the same step.
  for (let i = 1; i < greens.length; i++) assert.ok(greens[i] - greens[i - 1] > 15);
});

test("a pixel keeps its colour when others lose their connections", () => {
  const theme = { unused: [1, 2, 3] };
  const [snapshot, facts] = colourNet();
  const before = amountCells(pixelsOf(snapshot, facts, 0.5), theme);
  // The first pixel, which has the most, loses two of its three.
  snapshot.layers[0].mask[0] = snapshot.layers[0].mask[8] = 0;
  const after = amountCells(pixelsOf(snapshot, facts, 0.5), theme);
  assert.deepEqual(after.colourOf(1), before.colourOf(1));
  assert.notDeepEqual(after.colourOf(0), before.colourOf(0));
});

test("the scale has ticks at none, at powers of four and at all", () => {
  const labels = (of) => amountTicks(of).map(([, text]) => text);
  assert.deepEqual(labels(256), ["0", "1", "4", "16", "64", "256"]);
  assert.deepEqual(labels(70), ["0", "1", "4", "16", "70"]);
  assert.deepEqual(labels(1), ["0", "1"]);
  assert.deepEqual(amountTicks(2048).at(-1), [1, "2,048"]);
});
