import assert from "node:assert/strict";
import { test } from "node:test";

import { Replay } from "../../dgviz/web/core/replay.js";
import { Store } from "../../dgviz/web/core/store.js";

/** A run of three recorded snapshots, and the names of the requests to the server. */
async function loaded(t) {
  const asked = [];
  t.mock.method(globalThis, "fetch", (address) => {
    asked.push(address.pathname.split("/a/")[1]);
    const timeline = { gates: [0, 5, 9], weights: [0], steps_per_epoch: 9 };
    const snapshot = new Promise(() => {});
    return asked.length === 1 ? Promise.resolve(Response.json(timeline)) : snapshot;
  });
  const replay = new Replay("a", "", new Store(), () => {});
  await replay.load("finished 9");
  t.after(() => replay.clear());
  return { replay, asked };
}

test("no recorded snapshot is loaded while the newest state is shown", async (t) => {
  const { replay, asked } = await loaded(t);
  replay.seek(replay.last);
  assert.deepEqual(asked, ["timeline"]);
});

test("all snapshots are loaded when they are needed, the nearest first", async (t) => {
  const { replay, asked } = await loaded(t);
  replay.loadAll();
  assert.deepEqual(asked, ["timeline", "gates/9", "weights/0", "gates/5", "gates/0"]);
});

test("seeking loads the wanted snapshot, and then the others", async (t) => {
  const { replay, asked } = await loaded(t);
  replay.seek(0);
  assert.deepEqual(asked, ["timeline", "gates/0", "weights/0", "gates/5", "gates/9"]);
});
