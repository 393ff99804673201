import assert from "node:assert/strict";
import { test } from "node:test";

import { parse } from "../../dgviz/web/core/safetensors.js";
import { blobOf } from "./blobs.js";

const blob = () => blobOf({ mask: { data: Uint8Array.of(1, 2, 3), shape: [3] } }, {});

test("a blob has its tensors", () => {
  assert.deepEqual([...parse(blob().buffer).tensors.mask.data], [1, 2, 3]);
});

test("a blob without its last byte is refused", () => {
  assert.throws(() => parse(blob().slice(0, -1).buffer), { message: "Tensor mask is cut short." });
});
