import assert from "node:assert/strict";
import { test } from "node:test";

import { afterwardsText, pointsOf } from "../../dgviz/web/sweep/afterwards.js";
import {
  captionOf,
  emptyText,
  epochText,
  hasShorter,
  withoutText,
} from "../../dgviz/web/sweep/captions.js";
import { endOf, isEarly, Trials } from "../../dgviz/web/sweep/cells.js";
import { answerText, noneText } from "../../dgviz/web/sweep/fewest_text.js";
import { figureScale } from "../../dgviz/web/sweep/figure_scale.js";
import { cellSentence, FIGURES } from "../../dgviz/web/sweep/figures.js";
import { dotOf, nearestDot, placing } from "../../dgviz/web/sweep/front_drawing.js";
import { placing as linePlacing, runsOf } from "../../dgviz/web/sweep/line_drawing.js";
import { earlyText, linesText } from "../../dgviz/web/sweep/parallel_text.js";
import { evenTicks, ticksOf } from "../../dgviz/web/sweep/ticks.js";
import { golden } from "./golden.js";
import "./ruler.js";

const { answer } = golden("sweep");
const trials = new Trials(answer.grid);
trials.add(answer.trials, [5]);

test("what is said in the place of cells", () => {
  assert.equal(emptyText(), "Reading the sweep.");
  const fresh = new Trials(answer.grid);
  assert.match(emptyText(fresh.cells(3)), /^A cell appears here when one of its trials has ended/);
  fresh.add([], [5]);
  assert.equal(emptyText(fresh.cells(3)), "");
  assert.equal(emptyText(trials.cells(3)), "");
  assert.match(withoutText("dot"), /^A dot appears here for every cell with a result\.$/);
  assert.match(withoutText("line", fresh.cells(3)), /^A line appears here/);
  const failed = trials.cells(3).filter(({ kind }) => kind === "diverged");
  assert.equal(withoutText("line", failed), "Every cell with a result has diverged or collapsed.");
});

test("a cell in a sentence", () => {
  const cells = trials.cells(3);
  assert.match(
    cellSentence(cells[0], "β 0.01, τ 0.3", answer.grid, "weights"),
    /^β 0\.01, τ 0\.3: kept weights [\d,]+ \([\d,]+ to [\d,]+\), validation accuracy .*; median of 3 seeds\.$/,
  );
  assert.match(cellSentence(cells[2], "β", answer.grid, "test"), /diverged with 2 of 3 seeds/);
  assert.match(cellSentence(cells[5], "β", answer.grid, "test"), /begun, and not done yet/);
  for (const cell of cells)
    assert.doesNotMatch(cellSentence(cell, "", answer.grid, "dead"), /NaN|null/);
});

test("the cells with a line and those without one add up to all", () => {
  const cells = trials.cells(3);
  const done = cells.filter(({ kind }) => kind === "done");
  assert.match(
    linesText(done.length, cells),
    /^4 of 6 cells have a line: 1 diverged or collapsed, 1 is not done yet\. Drag along/,
  );
  assert.match(linesText(4, done), /^All 4 cells have a line\. /);
  assert.match(linesText(1, [cells[0]]), /^The only cell has a line\. /);
  assert.equal(earlyText(done), "");
  const early = { ...cells[0], stopped: 1 };
  assert.equal(earlyText([early]), " Trials of it were stopped early.");
  assert.equal(earlyText([early, cells[1]]), " Trials of 1 of them were stopped early.");
});

test("the smallest network is chosen by validation and reported on test", () => {
  const [cell] = trials.cells(3);
  const said = answerText(trials, cell);
  assert.match(said, /on the validation images, by which it was chosen, and .* on the test images/);
  assert.match(
    noneText(trials, trials.cells(3), "99"),
    /^No cell reaches 99% .* highest accuracy there is 8/,
  );
  assert.equal(noneText(trials, [], "99"), "No cell has a result yet.");
  const collapsed = { ...cell, kind: /** @type {const} */ ("no weights") };
  assert.equal(
    noneText(trials, [collapsed], "99"),
    "Every cell with a result has diverged or collapsed.",
  );
  const single = { ...cell, done: 2, diverged: 1, stopped: 1 };
  assert.match(answerText(trials, single), /^So far, .* images, 1 of 3 seeds, 1 stopped early\.$/);
  const complete = { grid: answer.grid, isComplete: true };
  assert.match(answerText(complete, cell), /^β 0\.01, τ 0\.3 has .* median of 3 seeds\.$/);
  assert.match(noneText(trials, trials.cells(3), "99"), /validation images so far\. The highest/);
  assert.match(noneText(complete, trials.cells(3), "99"), /validation images\. The highest/);
});

test("the table of cells has the words of the table of trials", () => {
  const end = (/** @type {import("../../dgviz/web/sweep/cells.js").Kind} */ kind, stopped = 0) =>
    endOf({ kind, stopped });
  assert.deepEqual(
    [end("begun"), end("diverged", 1)],
    [
      ["begun", "no"],
      ["diverged", "no"],
    ],
  );
  assert.deepEqual(
    [end("done"), end("done", 2)],
    [
      ["done", "no"],
      ["stopped", "no"],
    ],
  );
  assert.deepEqual(end("no weights"), ["done", "no weights"]);
});

test("a chart of one axis is interrupted where a cell has no value", () => {
  const figures = { dead: { median: 5 } };
  const cells = ["done", "done", "diverged", "done", "missing"].map((kind) => ({ kind, figures }));
  const runs = (/** @type {any[]} */ values = [1, 2, 3, 4, 5]) =>
    runsOf(/** @type {any} */ ({ axis: { values }, cells, name: "dead" }));
  assert.deepEqual(runs(), [[0, 1], [3]]);
  // Names have no order.
  assert.deepEqual(runs(["a", "b", "c", "d", "e"]), [[0], [1], [3]]);
  cells[1] = { ...cells[1], figures: { dead: { median: NaN } } };
  assert.deepEqual(runs(), [[0], [3]]);
  const scale = /** @type {any} */ (figureScale(FIGURES.dead, [0, 10]));
  const { x, y, at } = linePlacing({
    cells: /** @type {any} */ (cells),
    scale,
    size: { width: 586, height: 300 },
  });
  assert.deepEqual([x(0), x(1), at(x(3) + 40), at(10)], [124, 224, 3, null]);
  assert.ok(y(10) < y(0));
  // Without any value there are the places of the cells.
  const empty = linePlacing({
    cells: /** @type {any} */ (cells),
    scale: null,
    size: { width: 586, height: 300 },
  });
  assert.deepEqual([empty.x(0), empty.at(x(3))], [124, 3]);
});

test("dots have places on logarithmic axes, and the nearest one is found", () => {
  const dots = [
    { cell: 1, weights: 100, error: 10, isHere: true },
    { cell: 2, weights: 10_000, error: 1, isHere: true },
  ];
  const size = { width: 400, height: 300 };
  const { x, y } = placing(dots, size);
  assert.ok(x(100) < x(1000) && Math.abs(x(1000) - (x(100) + x(10_000)) / 2) < 1e-9);
  assert.ok(y(10) < y(1));
  assert.equal(nearestDot(dots, placing(dots, size), x(100) + 3, y(10), 18)?.cell, 1);
  assert.equal(nearestDot(dots, placing(dots, size), x(1000), y(5), 18), null);
  assert.deepEqual(ticksOf({ low: 80, high: 12_000 }, 6), [100, 1000, 10_000]);
});

test("a narrow range has ticks too, and one with little room has two", () => {
  assert.deepEqual(ticksOf({ low: 8.28, high: 8.68 }, 6), [8.3, 8.4, 8.5, 8.6]);
  assert.deepEqual(ticksOf({ low: 8.31, high: 8.32 }, 3), [8.31, 8.315, 8.32]);
  assert.deepEqual(ticksOf({ low: 3, high: 3 }, 6), [3]);
  assert.deepEqual(evenTicks({ low: 0.1, high: 0.9 }, 2), [0.2, 0.8]);
  // Numbers of weights are whole.
  assert.deepEqual(figureScale(FIGURES.weights, [12_000, 12_001])?.ticks(6), [12_000, 12_001]);
  assert.deepEqual(figureScale(FIGURES.weights, [0.5, 2.5])?.ticks(6), [1, 2]);
  assert.deepEqual(figureScale(FIGURES.dead, [0, 1.5])?.ticks(6), [0, 1, 2]);
  assert.deepEqual(figureScale(FIGURES.dead, [0.2, 0.8])?.ticks(6), [0, 1]);
  assert.deepEqual(ticksOf({ low: 0.9, high: 3.4 }, 6, true), [1, 2, 3]);
  assert.deepEqual(
    figureScale(FIGURES.validation, [0.9151, 0.9166])
      ?.ticks(4)
      .map((value) => FIGURES.validation.tick(value)),
    ["91.55%", "91.6%", "91.65%"],
  );
});

test("thresholds afterwards are medians over the seeds", () => {
  const seed = (/** @type {number} */ weights) => ({
    tau: [0.1, 0.9],
    test_accuracy: [0.9, 0.1],
    validation_accuracy: [null, null],
    active_weights: [weights, 0],
  });
  const points = pointsOf([seed(10), seed(20), seed(60), {}]);
  assert.deepEqual(
    points.map(({ tau, weights }) => [tau, weights]),
    [
      [0.1, 20],
      [0.9, 0],
    ],
  );
  assert.ok(points.every(({ validation }) => Number.isNaN(validation)));
  assert.deepEqual(pointsOf([{}]), []);
});

test("trials that ended sooner than others are named", () => {
  const grid = { ...answer.grid, seeds: 2, epochs: 3 };
  /** @param {number} place @param {number} epochs @param {string} ended */
  const row = (place, epochs, ended = "") => [
    place,
    String(place),
    1,
    ended,
    ...[0.9, 0.9, 0.5, 9, 0].map((value) => Array(epochs).fill(value)),
  ];
  const own = new Trials(grid);
  own.add([row(0, 3), row(6, 3), row(1, 1, "diverged")], []);
  assert.ok(!hasShorter(own));
  assert.equal(epochText(own.of(0), 3, grid), "epoch 3 of 3");
  own.add([row(0, 2, "stopped")], []);
  assert.ok(hasShorter(own));
  assert.equal(epochText(own.of(0), 2, grid), "epoch 2 of 3");
  assert.equal(epochText(own.of(0), 3, grid), "epoch 3 of 3 or the last one of a seed");
  own.add([row(6, 2, "stopped")], []);
  assert.equal(epochText(own.of(0), 3, grid), "the last epoch, 2");
  assert.deepEqual(own.cells(3).slice(0, 2).map(isEarly), [true, false]);
  assert.ok(dotOf(own.cells(3)[0], true).isEarly);
  const card = /** @type {any} */ ({ data: { name: "first" } });
  const inside = /** @type {any} */ ({ text: "" });
  assert.deepEqual(captionOf(card, own, inside), [
    `${grid.method}, sweep first, median of 2 seeds.`,
    "Trials that ended sooner are shown after their last epoch.",
  ]);
  const single = new Trials({ ...grid, seeds: 1 });
  assert.deepEqual(captionOf(card, single, inside), [`${grid.method}, sweep first, 1 seed.`]);
});

test("a threshold afterwards is chosen by validation and reported on test", () => {
  const point = (/** @type {number} */ tau, /** @type {number} */ validation) => ({
    tau,
    test: 1 - tau,
    validation,
    weights: 9,
  });
  assert.match(
    afterwardsText([point(0.1, NaN), point(0.5, 0.8), point(0.9, 0.7)]),
    /from 0\.1 to 0\.9; the validation accuracy is highest at 0\.5, where the test accuracy is 50/,
  );
  assert.match(afterwardsText([point(0.1, NaN), point(0.9, NaN)]), /from 0\.1 to 0\.9\.$/);
});
