import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { cividis } from "../../dgviz/web/core/colours.js";
import { themeOf } from "../../dgviz/web/kit/theme.js";
import { comparable, Trials } from "../../dgviz/web/sweep/cells.js";
import { outsideOpacityOf, strokesOf } from "../../dgviz/web/sweep/parallel_drawing.js";
import { nearestLine, planOf, pointOf } from "../../dgviz/web/sweep/parallel_plan.js";
import { movedBy } from "../../dgviz/web/sweep/range_keys.js";
import {
  dimensionsOf,
  endText,
  insideOf,
  insideText,
  rangesNamed,
  rangesSentence,
  setRange,
  tidied,
} from "../../dgviz/web/sweep/ranges.js";
import { view } from "../../dgviz/web/sweep/view.js";
import { smallestOf, wantedPercent } from "../../dgviz/web/sweep/wanted.js";
import { golden } from "./golden.js";
import "./ruler.js";

const { answer } = golden("sweep");
const { grid } = answer;
const trials = new Trials(grid);
trials.add(answer.trials, []);
const dimensions = dimensionsOf(grid);
const [beta, tau, validation] = dimensions;

beforeEach(() => view.set("ranges", ""));

/** The numbers of the cells within ranges. @param {string} ranges */
function inside(ranges) {
  view.set("ranges", ranges);
  return insideOf(trials).cells.map(({ number }) => number);
}

test("ranges are chosen on the axes and on figures, but not on the test accuracy", () => {
  assert.deepEqual(
    dimensions.map(({ name }) => name),
    ["beta", "tau", "validation_accuracy", "active_ratio", "active_weights", "dead_hidden_units"],
  );
  const without = dimensionsOf({ ...grid, validation: false });
  assert.equal(without[2].name, "test_accuracy");
});

test("ranges are read from the text of the address, and what there is not is left out", () => {
  const text = "beta:0.1..,validation_accuracy:0.5..0.85";
  const ranges = rangesNamed(dimensions, text);
  assert.deepEqual(
    [...ranges],
    [
      ["beta", [1, Infinity]],
      ["validation_accuracy", [0.5, 0.85]],
    ],
  );
  for (const wrong of ["", "hidden:1..2", "beta:low..", "beta", "beta:0.1"]) {
    assert.equal(rangesNamed(dimensions, wrong).size, 0, wrong);
  }
  // The end need not be a value of the axis.
  assert.deepEqual(rangesNamed(dimensions, "beta:0.02..0.5").get("beta"), [1, 1]);
  assert.deepEqual(rangesNamed(dimensions, "beta:7..").get("beta"), [3, Infinity]);
});

test("the cells within all ranges are found; one that failed has no figures", () => {
  // Cell 2 diverged, and cell 5 is missing.
  assert.deepEqual(inside(""), [0, 1, 3, 4]);
  assert.equal(insideText(insideOf(trials)), "4 of 4 cells");
  assert.deepEqual(inside("tau:..0.3"), [0, 4]);
  assert.ok(insideOf(trials).has(2));
  const [, of] = trials.cells(3);
  const accuracy = of.figures.validation.median;
  assert.deepEqual(inside(`tau:0.5..,validation_accuracy:${accuracy}..`), [1]);
  assert.ok(!insideOf(trials).has(2));
});

test("the answer is kept until ranges or cells change", () => {
  const first = insideOf(trials);
  assert.equal(insideOf(trials), first);
  inside("tau:..0.3");
  assert.notEqual(insideOf(trials), first);
});

test("ranges are changed one by one, and one without limits is none", () => {
  setRange(tau, [0, 0]);
  setRange(validation, [0.123456, Infinity]);
  assert.equal(view.get("ranges"), "tau:..0.3,validation_accuracy:0.1234..");
  assert.equal(
    rangesSentence(grid, insideOf(trials)),
    "2 of 4 cells are within the ranges: τ during training at most 0.3; " +
      "validation accuracy at least 12.34%.",
  );
  assert.equal(endText(tau, "tau:..0.3", 1), "0.3");
  assert.equal(endText(tau, "tau:..0.3", 0), "no limit");
  assert.equal(endText(tau, "tau:low..0.3", 0), "no limit");
  setRange(tau, [0, 1]);
  setRange(validation, null);
  assert.equal(view.get("ranges"), "");
});

test("another range stays as it is, though its ends are no values of this sweep", () => {
  view.set("ranges", "hidden:8..,beta:0.05..0.5");
  setRange(tau, [0, 0]);
  assert.equal(view.get("ranges"), "hidden:8..,beta:0.05..0.5,tau:..0.3");
  assert.match(
    rangesSentence(grid, insideOf(trials)),
    /: β sparsity penalty from 0\.05 to 0\.5; τ/,
  );
  view.set("ranges", "beta:100..");
  assert.match(rangesSentence(grid, insideOf(trials)), /β sparsity penalty at least 100\.$/);
  assert.equal(endText(beta, "beta:100..", 0), "100");
});

test("the first question is one that every shown sweep can answer", () => {
  /** @param {number[]} accuracies of the cells */
  const sweep = (...accuracies) => {
    const own = new Trials({ ...grid, seeds: 1 });
    const rows = accuracies.map((one, at) => [at, "0", 1, "", [one], [one], [0.5], [90], [0]]);
    own.add(rows, []);
    return own;
  };
  view.set("accuracy", "");
  const best = sweep(0.7, 0.935, 0.4);
  assert.equal(wantedPercent([best]), 93.5);
  assert.equal(smallestOf(best, 93.5)?.number, 1);
  assert.equal(wantedPercent([best, sweep(0.9149)]), 91);
  assert.equal(wantedPercent([sweep()]), 95);
  view.set("accuracy", "80");
  assert.equal(wantedPercent([best]), 80);
});

test("the fewest weights are those after the last epoch, and so are the ranges", () => {
  const cells = trials.cells(grid.epochs).filter(({ kind }) => kind === "done");
  const least = Math.min(...cells.map(({ figures }) => figures.weights.median));
  view.set("accuracy", "0");
  view.set("epoch", "1");
  view.set("ranges", `active_weights:..${least}`);
  assert.equal(insideOf(trials).cells.length, 0);
  assert.equal(smallestOf(trials, wantedPercent([trials]))?.figures.weights.median, least);
  view.set("accuracy", "");
  view.set("epoch", "");
});

test("the values of a choice are listed", () => {
  const schedule = { name: "s", title: "β schedule", label: "β schedule", values: ["a", "b", "c"] };
  const chosen = { ...grid, axes: [schedule], seeds: 1 };
  view.set("ranges", "s:..b");
  assert.match(rangesSentence(chosen, insideOf(new Trials(chosen))), /: β schedule a or b\.$/);
});

const done = trials.cells(3).filter(({ kind }) => kind === "done");

test("axes stand side by side, and lie where they have no room", () => {
  const wide = planOf(grid, done, 1000);
  const narrow = planOf(grid, done, 360);
  assert.deepEqual([wide.isLying, narrow.isLying], [false, true]);
  for (const plan of [wide, narrow]) {
    plan.axes.forEach(({ share, sharesOf, rangeAt, dimension }, at) => {
      const [x, y] = pointOf(plan, at, 1);
      assert.ok(x >= 0 && x <= plan.width && y >= 0 && y <= plan.height);
      assert.deepEqual(sharesOf(null), [0, 1]);
      const coordinate = dimension.figure ? done[0].figures[dimension.figure].median : 1;
      assert.ok(share(coordinate) > 0 && share(coordinate) < 1);
      if (!dimension.figure) assert.deepEqual(rangeAt(...sharesOf([0, 1])), [0, 1]);
    });
  }
});

test("the numbers of the first standing axis have room at its left", () => {
  const long = {
    ...grid,
    axes: [{ ...grid.axes[0], values: ["a", "b".repeat(20)] }, grid.axes[1]],
  };
  const own = new Trials(long);
  own.add(answer.trials.slice(0, 4), []);
  const [first] = planOf(long, comparable(own.cells(3)), 1000).axes;
  assert.ok(first.place > 20 * 6 + 9);
});

test("a part of an axis has the values whose middle is in it, or the nearest one", () => {
  const [axis, , figure] = planOf(grid, done, 1000).axes;
  assert.equal(beta.values?.length, 3);
  assert.deepEqual(axis.rangeAt(0.1, 0.6), [0, 1]);
  assert.deepEqual(axis.rangeAt(0.7, 0.72), [2, 2]);
  assert.deepEqual(axis.rangeAt(0, 1), [0, 2]);
  const [from, to] = figure.rangeAt(0.4, 1);
  assert.ok(Math.abs(figure.share(from) - 0.4) < 1e-9 && to === Infinity);
});

test("the ends of a range of dead units are whole, and a key moves one by one unit or more", () => {
  const own = new Trials({ ...grid, seeds: 1 });
  const rows = [0, 3].map((units, at) => [at, "0", 1, "", [0.9], [0.9], [0.5], [90], [units]]);
  own.add(rows, []);
  const dead = planOf(grid, comparable(own.cells(1)), 1000).axes.at(-1);
  assert.ok(dead?.dimension.name === "dead_hidden_units");
  const { rangeAt, share, step } = dead;
  assert.deepEqual(rangeAt(share(0.8), share(2.3)), [1, 2]);
  assert.deepEqual(rangeAt(share(1) + step, 1), [2, Infinity]);
  assert.deepEqual(
    dead.ticks.map(([, text]) => text),
    ["0", "1", "2", "3"],
  );
});

test("the keys go from no limit to the lowest or highest value, and back", () => {
  const own = new Trials({ ...grid, seeds: 1 });
  const rows = [0, 3, 60].map((units, at) => [
    ...[at, "0", 1, "", [0.9], [0.90008 + at / 100], [0.5], [90]],
    [units],
  ]);
  own.add(rows, []);
  const { axes } = planOf(grid, comparable(own.cells(1)), 1000);
  /** The end of a range after each of these keys. */
  const after = (
    /** @type {string} */ name,
    /** @type {0|1} */ end,
    /** @type {string[]} */ pressed,
  ) => {
    const axis = axes.find(({ dimension }) => dimension.name === name);
    assert.ok(axis);
    /** @type {?import("../../dgviz/web/sweep/ranges.js").Range} */
    let range = null;
    return pressed.map((key) => {
      const shares = axis.sharesOf(range);
      shares[end] = movedBy(axis, shares, end, key) ?? NaN;
      range = tidied(axis.dimension, axis.rangeAt(...shares));
      return range?.[end] ?? null;
    });
  };
  const keys = ["ArrowUp", "ArrowUp", "End", "Home", "PageUp", "PageDown", "ArrowDown"];
  const [dead, accuracy] = ["dead_hidden_units", "validation_accuracy"];
  assert.deepEqual(after(dead, 0, keys), [0, 1, 60, null, 5, 0, null]);
  const down = ["ArrowDown", "ArrowDown", "Home", "End", "PageUp"];
  assert.deepEqual(after(dead, 1, down), [60, 59, 0, null, null]);
  // The ends keep the cells with these very values.
  assert.deepEqual(after(accuracy, 0, ["End", "Home", "ArrowUp"]), [0.92, null, 0.9]);
  assert.deepEqual(after(accuracy, 1, ["ArrowDown", "Home"]), [0.9201, 0.9001]);
  assert.deepEqual(after("tau", 0, ["ArrowUp", "ArrowDown", "End"]), [1, null, 1]);
});

test("a figure that no cell has gets no axis, and a cell without a figure no line", () => {
  const row = (/** @type {number} */ place, /** @type {number[]} */ ratio) => [
    place,
    "0",
    1,
    "",
    [0.9],
    [0.9],
    ratio,
    [90],
    [],
  ];
  const own = new Trials({ ...grid, seeds: 1 });
  own.add([row(0, [0.5]), row(1, []), row(2, [0.25])], []);
  const plan = planOf(grid, comparable(own.cells(1)), 1000);
  assert.deepEqual(
    plan.axes.map(({ dimension }) => dimension.name),
    ["beta", "tau", "validation_accuracy", "active_ratio", "active_weights"],
  );
  assert.deepEqual(plan.cells, [0, 2]);
  // All cells have the same accuracy, in which no range can be chosen.
  const { rangeAt, sharesOf } = plan.axes[2];
  assert.deepEqual(rangeAt(0.4, 0.45), [-Infinity, Infinity]);
  assert.deepEqual(
    [sharesOf([0.8, Infinity]), sharesOf([0.95, Infinity])],
    [
      [0, 1],
      [1, 1],
    ],
  );
});

test("the nearest line is found between axes and at their ends, among those that are included", () => {
  const plan = planOf(grid, done, 1000);
  const all = () => true;
  const last = plan.axes.length - 1;
  const [x, y] = pointOf(plan, last, plan.lines[last][3]);
  assert.equal(
    nearestLine(plan, (cell) => cell === 4, x + 5, y + 2, 10),
    4,
  );
  assert.equal(
    nearestLine(plan, (cell) => cell === 4, x, y + 20, 10),
    null,
  );
  const [[x0, y0], [x1, y1]] = [2, 3].map((axis) => pointOf(plan, axis, plan.lines[axis][0]));
  assert.equal(nearestLine(plan, all, (x0 + x1) / 2, (y0 + y1) / 2, 4), 0);
});

test("a line whose colour is near that of the card has an outline under all lines", () => {
  const [dark, light] = [
    themeOf({ ground: [14, 17, 23], ink: [238, 240, 243], panel: [26, 30, 38], font: "" }),
    themeOf({ ground: [255, 255, 255], ink: [23, 26, 31], panel: [246, 247, 249], font: "" }),
  ];
  /** @param {import("../../dgviz/web/kit/theme.js").Theme} outlinedIn */
  const drawn = (outlinedIn) =>
    [...strokesOf([1, 0, 2], { colourOf: (line) => cividis(line / 2), width: 2, outlinedIn })].map(
      ({ line, width }) => [line, width > 2],
    );
  const own = [1, 0, 2].map((line) => [line, false]);
  assert.deepEqual(drawn(dark), [[0, true], ...own]);
  assert.deepEqual(drawn(light), [[2, true], ...own]);
  assert.ok(outsideOpacityOf(10_000) < outsideOpacityOf(60) / 5);
});
