import assert from "node:assert/strict";
import { test } from "node:test";

import { Echoes } from "../../dgviz/web/core/echoes.js";

test("what was told comes back once, however late, and may leave out earlier ones", () => {
  const echoes = new Echoes();
  for (const step of [3, 7, 9, null]) echoes.add(step);
  assert.equal(echoes.isEcho(3), true);
  assert.equal(echoes.isEcho(3), false, "another link to it is news");
  assert.equal(echoes.isEcho(9), true);
  assert.equal(echoes.isEcho(7), false, "it was left out");
  assert.equal(echoes.isEcho(null), true);
  assert.equal(echoes.isEcho(9), false);
});

test("what was never told is news, and forgets nothing", () => {
  const echoes = new Echoes();
  echoes.add(3);
  assert.equal(echoes.isEcho(5), false);
  assert.equal(echoes.isEcho(3), true);
});
