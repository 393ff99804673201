import assert from "node:assert/strict";
import { test } from "node:test";

import { COMMANDS, mainCommand, runState, startCommand } from "../../dgviz/web/live/commands.js";

const possible = (run) =>
  Object.keys(COMMANDS).filter((command) => COMMANDS[command].possible(run));

for (const [phase, commands, main] of [
  ["idle", ["start"], "start"],
  ["queued", ["stop"], "pause"],
  ["starting", ["stop"], "pause"],
  ["running", ["restart", "pause", "batch", "epoch", "stop"], "pause"],
  ["paused", ["restart", "resume", "batch", "epoch", "stop"], "resume"],
  ["stopping", ["stop"], "pause"],
  ["finished", ["start"], "start"],
  ["elsewhere", ["start"], "start"],
]) {
  test(`the commands to a run that is ${phase}`, () => {
    assert.deepEqual(possible({ phase }), commands);
    assert.equal(mainCommand({ phase }), main);
    assert.equal(startCommand({ phase }), commands.includes("start") ? "start" : "restart");
  });
}

test("a run that ended early can be resumed from what it saved", () => {
  assert.deepEqual(possible({ phase: "stopped", resumable: true }), ["start", "resume"]);
  assert.deepEqual(possible({ phase: "failed", resumable: false }), ["start"]);
  assert.equal(mainCommand({ phase: "interrupted", resumable: true }), "resume");
  assert.equal(mainCommand({ phase: "stopped", resumable: true }), "start");
});

test("the state is the server's newest status, or else the page's", () => {
  const data = { phase: "paused" };
  const card = (status) => ({ data, whole: { status } });
  assert.equal(runState(card({ phase: "running" })).phase, "running");
  assert.equal(runState(card({ phase: "lost" })).phase, "paused");
  assert.equal(runState(card(null)).phase, "paused");
});
