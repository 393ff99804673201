/** What the progress of a race says. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { IN_FLIGHT, raceText, secondsFor, stateText } from "../../dgviz/web/compare/race_text.js";

/** @param {Object} changes */
const runner = (changes) => ({
  method: "dense",
  phase: "running",
  epoch: 0,
  place: null,
  pace: null,
  reason: "",
  curves: null,
  accuracy: null,
  ...changes,
});
const budget = { epochs: 10, limit: 2, paces: {} };

test("a run is named by what it does, and a finished one by its test accuracy", () => {
  const texts = [
    [{ phase: "finished", accuracy: 0.98214 }, "98.21%"],
    [{ phase: "finished" }, "–"],
    [{ phase: "running", epoch: 2.4 }, "epoch 3"],
    [{ phase: "queued", place: 2 }, "2nd in queue"],
    [{ phase: "queued" }, "in the queue"],
    [{ phase: "missing" }, "not trained"],
    [{ phase: "diverged" }, "diverged"],
    [{ phase: "unmeasured" }, "no figures"],
    [{ phase: "interrupted" }, "interrupted"],
  ];
  for (const [changes, text] of texts) assert.equal(stateText(runner(changes)), text);
});

test("every run of a race is counted once", () => {
  const phases = [
    "finished",
    "running",
    "starting",
    "queued",
    "diverged",
    "stopped",
    "lost",
    "missing",
  ];
  assert.equal(
    raceText(
      phases.map((phase) => runner({ phase })),
      budget,
    ),
    "1 of 8 runs finished · 2 training · 1 in the queue · 1 ended early · 1 diverged · 1 unavailable · 1 not started",
  );
  assert.equal(raceText([runner({ phase: "finished" })], budget), "1 of 1 run finished");
});

test("a paused run waits for Race, as one that is not trained", () => {
  const runners = ["paused", "missing"].map((phase) => runner({ phase, epoch: 5 }));
  assert.equal(
    raceText(runners, { ...budget, paces: { dense: 2 } }),
    "0 of 2 runs finished · 1 paused · 1 not started · Race would take about 10 s",
  );
});

test("the time left is that of the work of all workers, by each method's seconds per epoch", () => {
  const runners = [
    runner({ epoch: 5, pace: 2 }),
    runner({ method: "l0", pace: 4 }),
    runner({ method: "l0", phase: "queued" }),
    runner({ method: "rigl", phase: "queued" }),
    runner({ phase: "finished", epoch: 10 }),
  ];
  // 10, 40, 40, and 30 at the mean pace, on two workers.
  assert.equal(secondsFor(IN_FLIGHT, runners, budget), 60);
  assert.match(raceText(runners, budget), / · about 1 min 0 s left$/);
});

test("after Stop the time is that of the runs that Race would train", () => {
  const runners = [
    runner({ phase: "stopping", epoch: 4, pace: 2 }),
    runner({ phase: "stopped", epoch: 5, pace: 2 }),
    runner({ phase: "missing" }),
    runner({ phase: "finished", epoch: 10 }),
  ];
  // 12, 10 and 20, on two workers.
  assert.match(raceText(runners, budget), / · Race would take about 21 s$/);
  assert.match(raceText([...runners, runner({ pace: 2 })], budget), / · about 20 s left$/);
});

test("a single run is not shared among workers", () => {
  assert.equal(secondsFor(IN_FLIGHT, [runner({ pace: 3 })], budget), 30);
  const late = [runner({ epoch: 9, pace: 1 }), runner({ epoch: 0, pace: 1 })];
  assert.equal(secondsFor(IN_FLIGHT, late, budget), 10);
});

test("without a measurement, or without a run in flight, no time is given", () => {
  assert.equal(secondsFor(IN_FLIGHT, [runner({})], budget), null);
  assert.equal(
    secondsFor(IN_FLIGHT, [runner({ phase: "missing" })], { ...budget, paces: { dense: 1 } }),
    null,
  );
  assert.equal(secondsFor(IN_FLIGHT, [runner({})], { ...budget, paces: { dense: 1 } }), 10);
});
