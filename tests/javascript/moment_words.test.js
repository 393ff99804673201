import assert from "node:assert/strict";
import { test } from "node:test";

import { excuseFor, momentWords, troubleWords } from "../../dgviz/web/replay/moment_words.js";

const replay = (changes = {}) => ({
  isKnown: true,
  moments: [0, 100, 22016],
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

test("a recorded moment is named by its step, its epoch and its place", () => {
  assert.deepEqual(momentWords(replay({ index: 1, drawn: 1 }), store(100), 50), [
    "epoch 0.2 of 50 · step 100",
    "moment 2 of 3",
  ]);
});

test("a run that was killed is named by the picture shown, not by its last recorded moment", () => {
  assert.deepEqual(momentWords(replay(), store(32900), 100), [
    "epoch 76.5 of 100 · step 32,900",
    "newest picture, not recorded",
  ]);
});

test("while the wanted moment is on its way, the one that is drawn is named", () => {
  assert.deepEqual(momentWords(replay({ index: 0, drawn: 1 }), store(100), 50)[1], "moment 2 of 3");
});

test("before the first picture has come, the recorded moment is named", () => {
  assert.equal(
    momentWords(replay(), { gates: null, weights: null }, 100)[0],
    "epoch 51.2 of 100 · step 22,016",
  );
});

test("weights that are older than the gates say so", () => {
  assert.equal(
    momentWords(replay({ drawn: 1 }), store(100, 43), 50)[1],
    "moment 2 of 3 · weights from epoch 0.1",
  );
  assert.equal(momentWords(replay({ drawn: 1 }), store(100, 90), 50)[1], "moment 2 of 3");
});

test("an epoch that is not known is left out", () => {
  const unknown = replay({ drawn: 1, epochsPerStep: NaN });
  const [words] = momentWords(unknown, { gates: null, weights: null }, 50);
  assert.equal(words, "step 100");
});

test("a damaged moment is said, with the one that is shown for it", () => {
  assert.equal(
    troubleWords(replay({ index: 1, drawn: 0 })),
    "Moment 2 is damaged; moment 1 is shown instead.",
  );
});

test("why the wanted moment does not come is said, and only while it is wanted", () => {
  const recording = { problem: "The key is old." };
  assert.equal(troubleWords(replay({ recording, waiting: true })), "The key is old.");
  assert.equal(troubleWords(replay({ recording, waiting: false })), "");
});

test("what cannot be replayed says why", () => {
  const ended = { phase: "finished" };
  assert.match(excuseFor(null, null, null), /^When a run has ended/);
  assert.match(excuseFor("a", { phase: "running" }, null), /^When this run has ended/);
  assert.match(excuseFor("a", ended, null), /^Loading/);
  assert.match(excuseFor("a", ended, replay({ moments: [] })), /^No moment/);
  assert.match(excuseFor("a", ended, replay({ moments: [0] })), /^Only one moment/);
  assert.equal(excuseFor("a", ended, replay()), "");
});
