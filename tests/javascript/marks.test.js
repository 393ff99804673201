import assert from "node:assert/strict";
import { test } from "node:test";

import {
  collapseSeries,
  eventsText,
  isChange,
  labelGroups,
  markLines,
  markText,
  sampleEvenly,
} from "../../dgviz/web/core/marks.js";

const CALLED = { beta: "β", tau: "τ" };
const turn = (epoch, knob, from, to) => ({
  kind: "knob",
  epoch,
  knob,
  called: CALLED[knob],
  from,
  to,
});
const event = (epoch, name) => ({ kind: "event", epoch, name, text: `${name} at ${epoch}` });
const texts = (marks, width = 600) =>
  labelGroups(marks, 10, width).map(({ lines }) => lines.join("/"));

test("marks that are far apart have a label each", () => {
  assert.deepEqual(texts([turn(1, "beta", 1, 10), turn(6, "tau", 0.5, 0.54)]), [
    "β 1 → 10",
    "τ 0.5 → 0.54",
  ]);
});

test("marks that are close share a label, which lists every change", () => {
  assert.deepEqual(
    texts([turn(5, "beta", 1, 10), turn(5.2, "tau", 0.5, 0.54), turn(5.4, "beta", 10, -1)]),
    ["β 1 → 10 → −1 · τ 0.5 → 0.54"],
  );
});

test("a cancelled plan is no change, and its knob stays", () => {
  assert.equal(markText(turn(5, "tau", 0.5, 0.5)), "τ stays 0.5");
  assert.deepEqual([turn(5, "tau", 0.5, 0.5), turn(5, "tau", 0.5, 0.54)].map(isChange), [
    false,
    true,
  ]);
});

test("a long chain has its first and its last value", () => {
  const drag = [1, 2, 3, 4, 5].map((n) => turn(n / 10, "beta", n, n + 1));
  assert.deepEqual(texts(drag), ["β 1 → … → 6"]);
});

test("no label leaves the plot or overlaps another one", () => {
  const marks = Array.from({ length: 40 }, (_, i) => turn(i / 4, i % 2 ? "tau" : "beta", i, i + 1));
  for (const width of [200, 600, 1200]) {
    const groups = labelGroups(marks, 10, width);
    assert.equal(groups.flatMap((group) => group.marks).length, marks.length);
    groups.forEach(({ start, end }, i) => {
      assert.ok(start >= 0 && (i === 0 || start >= groups[i - 1].end));
      assert.ok(end <= 1 + 1e-9);
    });
  }
});

test("very many marks are sampled evenly, with the first and the last", () => {
  const few = [turn(1, "tau", 0.5, 0.6), turn(2, "tau", 0.6, 0.5)];
  assert.equal(sampleEvenly(few), few);
  const many = Array.from({ length: 30_001 }, (_, i) => turn(i, "tau", 0.5, 0.6));
  const shown = sampleEvenly(many, 4).map(({ epoch }) => epoch);
  assert.deepEqual(shown, [0, 10_000, 20_000, 30_000]);
  assert.equal(sampleEvenly(many).length, 200);
});

test("a series of events counts all, and has a mark for each of a few", () => {
  const events = [1, 2].map((epoch) => event(epoch, "pruned"));
  const marks = collapseSeries([...events, turn(5, "tau", 0.5, 0.6), event(6, "pruned")]);
  assert.deepEqual(marks.map(markText), [
    "pruned at 1 (first of 3)",
    "pruned at 2 (2 of 3)",
    "τ 0.5 → 0.6",
    "pruned at 6 (last of 3)",
  ]);
  assert.deepEqual(texts([event(1, "pruned")]), ["pruned"]);
  assert.equal(eventsText(marks), "pruned");
  assert.ok(marks.every(isChange));
});

test("a long label has several lines, and a change beside a series has its epoch", () => {
  const events = Array.from({ length: 11 }, (_, i) => event(i / 2, "pruned"));
  const marks = collapseSeries([events[0], turn(0.2, "tau", 0.5, 0.6), ...events.slice(1)]);
  assert.equal(marks.length, 3, "of many events the first and the last are marked");
  assert.deepEqual(texts(marks, 400), [
    "τ 0.5 → 0.6 at epoch 0.2 · pruned 11 times, epochs 0 to 5",
  ]);
  assert.deepEqual(texts(marks, 220), [
    "τ 0.5 → 0.6 at epoch 0.2 ·/pruned 11 times, epochs 0 to 5",
  ]);
});

test("series of events that alternate draw two lines down each, and one along the top", () => {
  const all = Array.from({ length: 600 }, (_, i) => event(i / 15, i % 2 ? "grown" : "pruned"));
  const marks = collapseSeries(all);
  assert.equal(marks.length, 4);
  const lines = markLines(marks, { muted: [0, 0, 0] });
  assert.equal(lines.filter(({ x0, x1 }) => x0 === x1).length, 4);
  const along = lines.filter(({ x0, x1 }) => x0 !== x1);
  assert.deepEqual(
    along.map(({ x0, x1, y0, y1 }) => [x0, x1, y0, y1]),
    [
      [0, 598 / 15, 1, 1],
      [1 / 15, 599 / 15, 1, 1],
    ],
  );
  assert.deepEqual(texts(marks), [
    "pruned 300 times, epochs 0 to 39.9 · grown 300 times, epochs 0.1 to 39.9",
  ]);
});

test("a label and a legend list four kinds of events, and count the others", () => {
  const many = Array.from({ length: 1500 }, (_, i) => event(1, `event ${i}`));
  assert.deepEqual(texts(many), ["event 0 · event 1 · event 2 · event 3 · and 1,496 more"]);
  assert.equal(eventsText(many), "event 0, event 1, event 2, event 3, and 1,496 more");
  assert.equal(eventsText(many.slice(0, 4)), "event 0, event 1, event 2, event 3");
});
