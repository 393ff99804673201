import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { SharedValues } from "../../dgviz/web/core/shared_values.js";
import { keeper } from "../../dgviz/web/kit/keeping.js";

test("a value that comes back late does not undo a newer one", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const values = new SharedValues({ range: "" });
  /** @type {string[]} */
  const sent = [];
  const parentElement = { isConnected: true };
  const setStateValue = (/** @type {string} */ _, /** @type {any} */ { value }) =>
    sent.push(value.range);
  const keep = keeper(values, "chosen");
  const rerun = (/** @type {string} */ range) =>
    keep(/** @type {any} */ ({ parentElement, setStateValue, data: { range } }));
  const choose = (/** @type {string} */ range) => {
    values.set("range", range);
    mock.timers.tick(1000);
  };
  rerun("");
  choose("a");
  choose("b");
  rerun("a");
  assert.equal(values.get("range"), "b");
  rerun("b");
  assert.deepEqual([values.get("range"), sent], ["b", ["a", "b"]]);
  // As with the browser's Back.
  rerun("a");
  assert.equal(values.get("range"), "a");
  mock.timers.reset();
});
