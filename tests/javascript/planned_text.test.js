import assert from "node:assert/strict";
import { test } from "node:test";

import { plannedText } from "../../dgviz/web/live/planned_text.js";

const tau = { name: "tau", preview: true };
const planned = [{ knob: "tau", to: 0.6, step: 1936, epoch: 1936 / 430 }];

test("the text has the next planned change of the knob", () => {
  assert.equal(
    plannedText("τ", tau, { phase: "running", planned }),
    "τ changes to 0.60 at epoch 4.5, as before the interruption.",
  );
  assert.equal(
    plannedText("τ", tau, { phase: "stopped", planned }),
    "After Resume, τ changes to 0.60 at epoch 4.5, as before the interruption.",
  );
  const untimed = [{ ...planned[0], epoch: null }];
  assert.equal(
    plannedText("τ", tau, { phase: "running", planned: untimed }),
    "τ changes to 0.60 at step 1,936, as before the interruption.",
  );
});

test("there is no text if no change of the knob is planned", () => {
  for (const status of [null, { phase: "running" }, { phase: "running", planned: [] }]) {
    assert.equal(plannedText("τ", tau, status), "");
  }
  assert.equal(plannedText("β", { name: "beta" }, { phase: "running", planned }), "");
});
