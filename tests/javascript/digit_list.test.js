/** Which test images are browsed, also from a link. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { DigitList } from "../../dgviz/web/pixels/digit_list.js";

/** A network that gives every image class 0, the more surely the brighter it is. */
const MODEL = {
  classes: 2,
  probs: ([ink]) => Float32Array.of(0.5 + ink / 2, 0.5 - ink / 2),
};

function listOf() {
  let tell = () => {};
  const classified = new Promise((resolve) => (tell = resolve));
  const list = new DigitList(
    () => list.predictions && tell(),
    () => {},
  );
  list.digits = {
    image_shape: [1, 1, 1],
    classes: ["0", "1"],
    images: [200, 10, 90, 50].map((ink) => Uint8Array.of(ink)),
    labels: Uint8Array.of(0, 1, 1, 0),
  };
  return { list, classified };
}

test("a link's image is shown among the mistakes, once there is a network", async () => {
  const { list, classified } = listOf();
  list.choose({ filter: "mistakes", only: null, wanted: 2 });
  assert.equal(list.image, 2);
  list.setModel(MODEL, "epoch 1");
  await classified;
  assert.deepEqual([list.order, list.image], [[1, 2], 2]);
});

test("a link's image is shown among the uncertain ones, and a chosen filter begins with the first", async () => {
  const { list, classified } = listOf();
  list.setModel(MODEL, "epoch 1");
  list.choose({ filter: "uncertain", only: null, wanted: 3 });
  await classified;
  assert.deepEqual([list.order, list.image], [[1, 3, 2, 0], 3]);
  list.choose({ filter: "mistakes" });
  assert.equal(list.image, 1);
  list.choose({ filter: "all", only: 0, wanted: 99 });
  assert.deepEqual([list.order, list.image], [[0, 3], 0]);
});
