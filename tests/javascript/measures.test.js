import assert from "node:assert/strict";
import { test } from "node:test";

import { measure } from "../../dgviz/web/core/measures.js";
import { gatedSnapshot } from "./blobs.js";

/** Three pixels, two hidden units, two classes; the second unit has no active output. */
const snapshot = () =>
  gatedSnapshot([
    [2, 3, [150, 0, 90, 0, 0, 120]],
    [2, 2, [110, 100, 20, 0]],
  ]);

test("active connections, units and parameters are counted", () => {
  assert.deepEqual(measure(snapshot(), 0.5), {
    layers: [
      { active: 2, total: 6 },
      { active: 1, total: 4 },
    ],
    active: 3,
    total: 10,
    pixelsInUse: 2,
    hiddenUnits: 2,
    hiddenUnitsInUse: 1,
    isFullyConnected: false,
    // Three weights, the bias of the one unit that is read, and those of the two classes.
    parameters: 6,
    denseParameters: 14,
    // One pixel, one unit, two classes: two bytes say which pixel.
    compacted: { widths: [1, 1, 2], parameters: 6, bytes: 26 },
  });
});

test("another threshold has its own counts", () => {
  const one = snapshot();
  assert.equal(measure(one, 0.5).active, 3);
  assert.equal(measure(one, 0.6).active, 1);
  assert.equal(measure(one, 1).parameters, 2);
  assert.equal(measure(one, 0).hiddenUnitsInUse, 2);
});
