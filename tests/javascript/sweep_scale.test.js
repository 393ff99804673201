/** The scales of a sweep's figures: of colours, and of axes. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { cividis } from "../../dgviz/web/core/colours.js";
import { Trials } from "../../dgviz/web/sweep/cells.js";
import { colourRange, colourScale } from "../../dgviz/web/sweep/colour_scale.js";
import { axisScale, figureScale } from "../../dgviz/web/sweep/figure_scale.js";
import { FIGURES } from "../../dgviz/web/sweep/figures.js";
import { evenTicks } from "../../dgviz/web/sweep/ticks.js";
import { seedNoise } from "../../dgviz/web/sweep/usual_range.js";
import { golden } from "./golden.js";

const { answer } = golden("sweep");

/** Cells of which each has one value of a figure, or one for each of its seeds. */
const cellsOf = (name, values) =>
  values.map((given, number) => {
    const seeds = [given].flat().toSorted((a, b) => a - b);
    const other = { median: 0.5, low: 0.5, high: 0.5 };
    const own = { median: seeds[Math.floor(seeds.length / 2)], low: seeds[0], high: seeds.at(-1) };
    const figures = { validation: other, test: other, ratio: other, weights: other, dead: other };
    return {
      ...{ number, kind: "done", done: seeds.length, diverged: 0, stopped: 0 },
      figures: { ...figures, [name]: own },
    };
  });
const scaleOf = (name, ...sweeps) =>
  colourScale(name, ...sweeps.map((values) => cellsOf(name, values)));
const labels = (name, ...sweeps) => scaleOf(name, ...sweeps).ticks.map(([, text]) => text);

test("equal ratios of the error have equal steps, and values have their places back", () => {
  const accuracy = figureScale(FIGURES.test, [0.9, 0.999]);
  assert.ok(Math.abs((accuracy?.place(0.99) ?? 0) - 0.5) < 1e-9);
  assert.equal(accuracy?.place(0.1), 0);
  const weights = figureScale(FIGURES.weights, [0, 100, 10_000]);
  assert.ok(Math.abs((weights?.value(0.5) ?? 0) - 1000) < 1e-6);
  assert.deepEqual(
    accuracy?.ticks(6).map((value) => FIGURES.test.tick(value)),
    ["97%", "99%", "99.7%"],
  );
  assert.deepEqual(figureScale(FIGURES.dead, [0, 64])?.ticks(5), [0, 20, 40, 60]);
  assert.equal(figureScale(FIGURES.dead, [7, 7])?.place(7), 0.5);
  assert.deepEqual(evenTicks({ low: 7, high: 7 }, 5), [7]);
});

test("an accuracy has more colours near its best values", () => {
  assert.deepEqual(labels("test", [0.5, 0.9, 0.99]), ["50.0%", "86.4%", "96.3%", "99.0%"]);
  const scale = scaleOf("test", [0.5, 0.9, 0.99]);
  assert.deepEqual([0.5, 0.99].map(scale.colourOf), [0, 1].map(cividis));
  assert.equal(scaleOf("weights", [0, NaN]), null);
});

test("cells that have learned nothing yet do not take the scale of the accuracies", () => {
  const cells = cellsOf("test", [0.11, 0.12, 0.88, 0.89, 0.89, 0.9]);
  const early = cells.map((cell, at) => ({ ...cell, isGuessing: at < 2 }));
  assert.deepEqual(colourScale("test", early).ticks[0], [0, "≤ 88.0%"]);
  const none = cells.map((cell) => ({ ...cell, isGuessing: true }));
  assert.deepEqual(colourScale("test", none).ticks[0], [0, "11.0%"]);
});

test("values far from the others have the colour of the scale's end, and its tick says so", () => {
  const usual = [0.94, 0.942, 0.945, 0.95, 0.951, 0.953, 0.955, 0.96, 0.961];
  const accuracies = [0.25, 0.4, ...usual, 0.995];
  assert.deepEqual(
    [0, 3].map((at) => labels("test", accuracies)[at]),
    ["≤ 94.0%", "99.5%"],
  );
  const { colourOf } = scaleOf("test", accuracies);
  assert.deepEqual(colourOf(0.25), colourOf(0.94));
  assert.deepEqual(labels("weights", [3, 9000, 10_000, 11_000, 12_000, 14_000, 900_000]), [
    "≤ 9,000",
    "10,428",
    "12,083",
    "≥ 14,000",
  ]);
});

test("where most values are equal, the others have colours, and a few bad ones do not take them all", () => {
  const equal = Array(30).fill(0.94);
  assert.equal(labels("test", [0.2, 0.35, 0.6, ...equal])[0], "≤ 93.5%");
  const slope = Array.from({ length: 10 }, (_, at) => 0.9 + 0.004 * at);
  assert.equal(labels("test", [...slope, ...equal])[0], "≤ 91.6%");
  // After the first epoch, most gates are open, so most cells of a sweep are about equal.
  const first = [0.8822, 0.8962, 0.8981, ...Array(7).fill(0.8989), 0.8993, 0.8994];
  assert.equal(labels("test", first)[0], "≤ 89.4%");
  assert.deepEqual(labels("dead", [0, 0, 0, 0, 0, 2]), ["0", "1", "3", "4"]);
});

test("values that hardly differ have nearly the same colour", () => {
  assert.deepEqual(labels("test", [0.9336, 0.934, 0.9345, 0.9353]), [
    "93.0%",
    "93.2%",
    "93.4%",
    "93.5%",
  ]);
  assert.deepEqual(labels("weights", [50_714, 50_714]), ["42,262", "44,910", "47,724", "50,714"]);
  assert.deepEqual(labels("ratio", [1]), ["0.833", "0.886", "0.941", "1.000"]);
  assert.deepEqual(labels("dead", [0]), ["0", "1", "3", "4"]);
  assert.deepEqual(labels("weights", [1]), ["1"]);
  assert.deepEqual(labels("weights", [2.5]), ["2", "3"]);
  // Half a weight, of the median of two seeds, is rounded as in every other text.
  const [first] = labels("weights", [477.5, 1812]);
  assert.deepEqual([first, FIGURES.weights.text(477.5)], ["478", "478"]);
  const { low, high } = axisScale(FIGURES.test, [0.9352, 0.9353]);
  assert.deepEqual([low.toFixed(4), high], ["0.9303", 0.9353]);
  assert.equal(axisScale(FIGURES.test, []), null);
});

test("the seeds of a cell differ less than the scale is long", () => {
  const seeds = [
    [0.96, 0.965],
    [0.962, 0.967],
    [0.958, 0.963],
    [0.96, 0.965],
  ];
  const [low] = labels("test", seeds);
  assert.ok(Number.parseFloat(low) < 95, low);
  // The difference of a single seed is not known.
  const cells = cellsOf("test", [...seeds, 0.9, 0.9, 0.9, 0.9, 0.9]);
  assert.ok(Math.abs(seedNoise(FIGURES.test, "test", cells) - Math.log(8 / 7)) < 0.01);
  assert.equal(seedNoise(FIGURES.test, "test", cellsOf("test", [0.9])), 0);
});

test("a scale has no values that cannot be, however much the seeds of a cell differ", () => {
  const seeds = [
    [0.5, 0.8, 0.9],
    [0.6, 0.7, 0.9],
  ];
  assert.equal(labels("test", seeds)[0], "0.0%");
  const dead = [
    [0, 10, 30],
    [2, 20, 40],
  ];
  assert.deepEqual(labels("dead", dead), ["10", "20", "30", "40"]);
});

test("of two sweeps the scale has the usual values of both, however many cells each has", () => {
  const large = Array.from({ length: 1000 }, (_, at) => 0.97 + 0.00001 * at);
  const small = [0.9, 0.905, 0.91];
  assert.deepEqual(
    [0, 3].map((at) => labels("test", large, small)[at]),
    ["90.0%", "98.0%"],
  );
});

test("failed cells do not decide the colours, which are those of the epoch", () => {
  const own = new Trials({ ...answer.grid, seeds: 1, epochs: 2 });
  /** @param {number} place @param {number[]} accuracies @param {number} weights */
  const row = (place, accuracies, weights) => {
    const same = (/** @type {number} */ value) => accuracies.map(() => value);
    return [place, String(place), 1, "", accuracies, accuracies, same(0.5), same(weights), same(0)];
  };
  own.add([row(0, [0.1, 0.1], 5), row(1, [0.6, 0.7], 0), row(2, [0.5, 0.9], 9)], []);
  assert.deepEqual(
    [1, 2].map((epoch) => colourScale("test", own.cells(epoch)).ticks.at(-1)),
    [
      [1, "50.0%"],
      [1, "90.0%"],
    ],
  );
  assert.equal(colourScale("weights", own.cells(2)).ticks.at(-1)[1], "9");
});

/** Numbers in [0, 1), the same ones in every test (Park and Miller 1988). */
function* drawn(seed) {
  for (let state = seed; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

test("every scale is long enough, says what is beyond it, and is not that of a few bad cells", () => {
  const random = drawn(7);
  const next = () => /** @type {number} */ (random.next().value);
  for (let round = 0; round < 300; round++) {
    const [best, spread] = [0.9 + 0.0999 * next(), 10 ** (-4 + 2 * next())];
    const good = Array.from({ length: 20 + Math.floor(60 * next()) }, () => best - spread * next());
    const bad = Array.from({ length: Math.floor(good.length / 10) }, () => 0.2 + 0.3 * next());
    const accuracies = [...good, ...bad];
    const { low, high } = colourRange("test", cellsOf("test", accuracies));
    assert.ok(high - low > 0.005 - 1e-9, `${low} to ${high}`);
    assert.equal(high, Math.max(...good));
    assert.ok(low >= Math.min(...good, high - 0.005) - 1e-9, `${low} of ${good}, and ${bad}`);
    const [first] = labels("test", accuracies);
    assert.equal(first.startsWith("≤"), Math.min(...accuracies) < low, `${first} of ${accuracies}`);

    const weights = good.map((value) => Math.ceil(1e5 * value ** (40 * next())));
    const kept = colourRange("weights", cellsOf("weights", weights));
    assert.ok(kept.high / kept.low > 1.2 - 1e-9, `${kept.low} to ${kept.high}`);
    const said = labels("weights", weights);
    assert.deepEqual(
      [said[0].startsWith("≤"), said.at(-1).startsWith("≥")],
      [Math.min(...weights) < Math.floor(kept.low), Math.max(...weights) > kept.high],
    );
  }
});
