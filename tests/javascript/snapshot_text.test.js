import assert from "node:assert/strict";
import { test } from "node:test";

import {
  problemText,
  snapshotText,
  unavailableText,
} from "../../dgviz/web/replay/snapshot_text.js";

const replay = (changes = {}) => ({
  isKnown: true,
  steps: [0, 100, 22016],
  epochsPerStep: 1 / 430,
  index: 2,
  drawn: 2,
  damage: "",
  problem: "",
  best() {
    return this.drawn;
  },
  ...changes,
});
const store = (step, weightsStep = step) => ({
  gates: { meta: { step, epoch: step / 430 } },
  weights: { meta: { step: weightsStep } },
});

test("a recorded snapshot is named by its step, its epoch and its place", () => {
  assert.deepEqual(snapshotText(replay({ index: 1, drawn: 1 }), store(100), 50), [
    "epoch 0.2 of 50 · step 100",
    "snapshot 2 of 3",
  ]);
});

test("at the end of a killed run, the text has the newest snapshot, not the last recorded one", () => {
  assert.deepEqual(snapshotText(replay(), store(32900), 100), [
    "epoch 76.5 of 100 · step 32,900",
    "newest snapshot, not recorded",
  ]);
});

test("while the wanted snapshot is loaded, the text has the drawn one", () => {
  assert.deepEqual(
    snapshotText(replay({ index: 0, drawn: 1 }), store(100), 50)[1],
    "snapshot 2 of 3",
  );
});

test("before a snapshot has come, the text has the recorded one", () => {
  assert.equal(
    snapshotText(replay(), { gates: null, weights: null }, 100)[0],
    "epoch 51.2 of 100 · step 22,016",
  );
});

test("the text has the epoch of weights that are older than the gates", () => {
  assert.equal(
    snapshotText(replay({ drawn: 1 }), store(100, 43), 50)[1],
    "snapshot 2 of 3 · weights from epoch 0.1",
  );
  assert.equal(snapshotText(replay({ drawn: 1 }), store(100, 90), 50)[1], "snapshot 2 of 3");
});

test("an epoch that is not known is left out", () => {
  const unknown = replay({ drawn: 1, epochsPerStep: NaN });
  const [line] = snapshotText(unknown, { gates: null, weights: null }, 50);
  assert.equal(line, "step 100");
});

test("a damaged snapshot is named, with the one that is shown instead", () => {
  assert.equal(
    problemText(replay({ index: 1, drawn: 0 })),
    "Snapshot 2 is damaged; snapshot 1 is shown instead.",
  );
});

test("a loading problem is shown only while a snapshot is wanted", () => {
  const recording = { problem: "The key is old." };
  assert.equal(problemText(replay({ recording, waiting: true })), "The key is old.");
  assert.equal(problemText(replay({ recording, waiting: false })), "");
});

test("a run that cannot be replayed has a reason", () => {
  const ended = { phase: "finished" };
  assert.match(unavailableText(null, null, null), /^When a run has ended/);
  assert.match(unavailableText("a", { phase: "running" }, null), /^When this run has ended/);
  assert.match(unavailableText("a", ended, null), /^Loading/);
  assert.match(unavailableText("a", ended, replay({ steps: [] })), /^No snapshot/);
  assert.match(unavailableText("a", ended, replay({ steps: [0] })), /^Only one snapshot/);
  assert.equal(unavailableText("a", ended, replay()), "");
});
