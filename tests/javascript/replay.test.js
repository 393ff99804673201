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

test("a damaged snapshot is replaced by the nearest good one, an earlier one first", async (t) => {
  const { replay } = await loaded(t);
  const { damaged } = replay.recording;
  replay.index = 1;
  assert.equal(replay.best(), 1);
  damaged.add("gates/5");
  assert.equal(replay.best(), 0);
  damaged.add("gates/0");
  assert.equal(replay.best(), 2);
  // The last one is drawn with the newest state of the run.
  replay.index = 2;
  damaged.clear();
  damaged.add("gates/9");
  assert.equal(replay.best(), 2);
});

test("a timeline that comes after that of a later session is dropped", async (t) => {
  const answers = [];
  t.mock.method(globalThis, "fetch", () => new Promise((resolve) => answers.push(resolve)));
  const replay = new Replay("a", "", new Store(), () => {});
  const [earlier, later] = [replay.load("stopped 5"), replay.load("finished 9")];
  t.after(() => replay.clear());
  answers[1](Response.json({ gates: [0, 9] }));
  assert.equal(await later, true);
  answers[0](Response.json({ gates: [0, 5] }));
  assert.equal(await earlier, false);
  assert.deepEqual([replay.session, replay.steps], ["finished 9", [0, 9]]);
});
