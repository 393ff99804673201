import assert from "node:assert/strict";
import { test } from "node:test";

import { beginning, mainOrder, ORDERS, standing } from "../../dgviz/web/live/orders.js";

const possible = (run) => Object.keys(ORDERS).filter((order) => ORDERS[order].possible(run));

for (const [phase, orders, main] of [
  ["idle", ["start"], "start"],
  ["queued", ["stop"], "pause"],
  ["starting", ["stop"], "pause"],
  ["running", ["restart", "pause", "batch", "epoch", "stop"], "pause"],
  ["paused", ["restart", "resume", "batch", "epoch", "stop"], "resume"],
  ["stopping", ["stop"], "pause"],
  ["finished", ["start"], "start"],
  ["elsewhere", ["start"], "start"],
]) {
  test(`a run that is ${phase} can be given the orders that make sense`, () => {
    assert.deepEqual(possible({ phase }), orders);
    assert.equal(mainOrder({ phase }), main);
    assert.equal(beginning({ phase }), orders.includes("start") ? "start" : "restart");
  });
}

test("a run that ended before its time can be resumed where something of it was kept", () => {
  assert.deepEqual(possible({ phase: "stopped", resumable: true }), ["start", "resume"]);
  assert.deepEqual(possible({ phase: "failed", resumable: false }), ["start"]);
});

test("the newest word of the server counts, where there is one", () => {
  const data = { phase: "paused" };
  const card = (status) => ({ data, whole: { status } });
  assert.equal(standing(card({ phase: "running" })).phase, "running");
  assert.equal(standing(card({ phase: "lost" })).phase, "paused");
  assert.equal(standing(card(null)).phase, "paused");
});
