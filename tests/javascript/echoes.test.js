import assert from "node:assert/strict";
import { test } from "node:test";

import { Echoes } from "../../dgviz/web/core/echoes.js";

test("a sent value is an echo once, and rules out the values before it", () => {
  const echoes = new Echoes();
  for (const step of [3, 7, 9, null]) echoes.add(step);
  assert.equal(echoes.isEcho(3), true);
  assert.equal(echoes.isEcho(3), false, "a link to it is not an echo");
  assert.equal(echoes.isEcho(9), true);
  assert.equal(echoes.isEcho(7), false, "it was skipped");
  assert.equal(echoes.isEcho(null), true);
  assert.equal(echoes.isEcho(9), false);
});

test("a value that was not sent is no echo, and changes nothing", () => {
  const echoes = new Echoes();
  echoes.add(3);
  assert.equal(echoes.isEcho(5), false);
  assert.equal(echoes.isEcho(3), true);
});
