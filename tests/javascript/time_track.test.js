import assert from "node:assert/strict";
import { test } from "node:test";

import { epochTicks } from "../../dgviz/web/replay/time_track.js";

const written = (end, shareAt) =>
  epochTicks(end, shareAt)
    .map(({ epoch }) => epoch)
    .toSorted((a, b) => a - b);

test("a short run has every epoch for which there is room", () => {
  assert.deepEqual(
    written(4, (epoch) => epoch / 4),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual(
    written(4, (epoch) => (epoch < 3 ? epoch / 4 : 0.98)),
    [0, 1, 2, 4],
  );
});

test("a long run has its end and round epochs", () => {
  assert.deepEqual(
    written(14.2, (epoch) => epoch / 14.2),
    [0, 1, 2, 5, 10, 14.2],
  );
  assert.deepEqual(
    written(50, (epoch) => epoch / 50),
    [0, 5, 10, 20, 50],
  );
});
