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
  test(`a run that is ${phase} can be given the commands that make sense`, () => {
    assert.deepEqual(possible({ phase }), commands);
    assert.equal(mainCommand({ phase }), main);
    assert.equal(startCommand({ phase }), commands.includes("start") ? "start" : "restart");
  });
}

test("a run that ended before its time can be resumed where something of it was kept", () => {
  assert.deepEqual(possible({ phase: "stopped", resumable: true }), ["start", "resume"]);
  assert.deepEqual(possible({ phase: "failed", resumable: false }), ["start"]);
});

test("the newest word of the server counts, where there is one", () => {
  const data = { phase: "paused" };
  const card = (status) => ({ data, whole: { status } });
  assert.equal(runState(card({ phase: "running" })).phase, "running");
  assert.equal(runState(card({ phase: "lost" })).phase, "paused");
  assert.equal(runState(card(null)).phase, "paused");
});
