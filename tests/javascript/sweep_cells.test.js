import assert from "node:assert/strict";
import { test } from "node:test";

import { fewestWeights, frontOf, median, Trials } from "../../dgviz/web/sweep/cells.js";
import {
  cellAt,
  cellName,
  cellNamed,
  cellText,
  fixedFor,
  NO_AXIS,
  placesOf,
  planeOf,
  tallOf,
} from "../../dgviz/web/sweep/grid.js";
import { assertClose, golden } from "./golden.js";

const { answer, medians, front, fewest } = golden("sweep");

/** The trials of the golden sweep. @param {number[]} [begun] */
function read(begun = []) {
  const trials = new Trials(answer.grid);
  trials.add(answer.trials, begun);
  return trials;
}

test("medians over the seeds are those of NumPy, after every epoch", () => {
  const names = [
    ["test", "test_accuracy"],
    ["validation", "validation_accuracy"],
    ["ratio", "active_ratio"],
    ["weights", "active_weights"],
  ];
  for (const { epoch, ...expected } of medians) {
    const cells = read().cells(epoch);
    for (const [name, called] of names) {
      const known = cells.filter((_, at) => expected[called][at] !== null);
      const wanted = expected[called].filter((/** @type {?number} */ value) => value !== null);
      assertClose(
        known.map(({ figures }) => figures[name].median),
        wanted,
        `${name} ${epoch}`,
      );
    }
  }
});

test("the front and the fewest weights are those of Python", () => {
  const cells = read().cells(answer.grid.epochs);
  assert.deepEqual(
    frontOf(cells).map(({ number }) => number),
    front,
  );
  for (const [wanted, number] of fewest) {
    assert.equal(fewestWeights(cells, wanted)?.number ?? null, number);
  }
});

test("a cell is missing, begun, done or diverged", () => {
  assert.deepEqual(
    read()
      .cells(3)
      .map(({ kind }) => kind),
    ["done", "done", "diverged", "done", "done", "missing"],
  );
  // The last cell's second seed.
  assert.equal(read([11]).cells(3)[5].kind, "begun");
});

test("a cell without weights, or with an accuracy near that of guessing, has collapsed", () => {
  const trials = new Trials({ ...answer.grid, seeds: 1 });
  const row = (
    /** @type {number} */ place,
    /** @type {number} */ accuracy,
    /** @type {number} */ weights,
  ) => [place, "0", 1, "", [accuracy], [accuracy], [0.1], [weights], [0]];
  trials.add([row(0, 0.9, 0), row(1, 0.12, 100), row(2, 0.9, 100)], []);
  assert.deepEqual(
    trials
      .cells(1)
      .slice(0, 3)
      .map(({ kind }) => kind),
    ["no weights", "near chance", "done"],
  );
  assert.deepEqual(
    frontOf(trials.cells(1)).map(({ number }) => number),
    [2],
  );
});

test("a network that learns late is not hatched early, and one that beats guessing is none", () => {
  const trials = new Trials({ ...answer.grid, seeds: 1, chance: 0.01 });
  const row = (/** @type {number} */ place, /** @type {number[]} */ accuracies) => {
    const same = accuracies.map(() => 1);
    return [place, "0", 1, "", accuracies, accuracies, same, same, same];
  };
  trials.add([row(0, [0.01, 0.5]), row(1, [0.01, 0.06]), row(2, [0.01, 0.012])], []);
  for (const epoch of [1, 2]) {
    const kinds = trials.cells(epoch).map(({ kind }) => kind);
    assert.deepEqual(kinds.slice(0, 3), ["done", "done", "near chance"]);
  }
});

test("a cell without a test accuracy or weights is compared with none", () => {
  const trials = new Trials({ ...answer.grid, seeds: 1 });
  trials.add([[0, "0", 1, "", [], [0.9], [1], [9], [0]]], []);
  trials.add([[1, "1", 1, "", [0.9], [0.9], [1], [], [0]]], []);
  assert.deepEqual(frontOf(trials.cells(1)), []);
});

test("the cells of the last few epochs are kept, until there is a new result", () => {
  const trials = read();
  const [first, last] = [trials.cells(1), trials.cells(3)];
  for (const epoch of [2, 4]) {
    trials.cells(epoch);
    assert.equal(trials.cells(3), last);
  }
  assert.notEqual(trials.cells(1), first);
  trials.add([], []);
  assert.notEqual(trials.cells(3), last);
});

test("a trial with fewer epochs keeps its last value", () => {
  const trials = new Trials({ ...answer.grid, seeds: 1 });
  trials.add([[0, "0", 1, "", [0.5, 0.6], [0.5, 0.6], [1, 1], [9, 9], [0, 0]]], []);
  assert.equal(trials.cells(3)[0].figures.test.median, 0.6);
});

test("medians", () => {
  assert.deepEqual([median([3, 1, 2]), median([4, 1]), median([])], [2, 2.5, NaN]);
});

const GRID = {
  ...answer.grid,
  axes: [
    { name: "beta", title: "β", label: "sparsity penalty", values: [0.1, 1] },
    { name: "tau", title: "τ", label: "threshold", values: [0.3, 0.5, 0.7] },
    {
      name: "beta_schedule",
      title: "β schedule",
      label: "β schedule",
      values: ["constant", "cosine"],
    },
  ],
};

test("cells have numbers, names and texts", () => {
  assert.deepEqual(placesOf(GRID, 7), [1, 0, 1]);
  assert.equal(cellAt(GRID, [1, 0, 1]), 7);
  assert.equal(cellName(GRID, 7), "beta:1,tau:0.3,beta_schedule:cosine");
  assert.equal(cellNamed(GRID, cellName(GRID, 7)), 7);
  assert.equal(cellText(GRID, 7), "β 1, τ 0.3, β schedule cosine");
  for (const wrong of ["", "beta:1", "beta:2,tau:0.3,beta_schedule:cosine"]) {
    assert.equal(cellNamed(GRID, wrong), null);
  }
});

test("the map has two axes, the longest one across, and fixed values of the others", () => {
  const chosen = { x: "", y: "", fixed: "" };
  const { x, y, width, height, cells } = planeOf(GRID, chosen);
  assert.deepEqual([x, y, width, height], [1, 0, 3, 2]);
  // The highest β is at the top.
  assert.deepEqual(
    cells.map((cell) => placesOf(GRID, cell)[0]),
    [1, 1, 1, 0, 0, 0],
  );
  assert.ok(cells.every((cell) => placesOf(GRID, cell)[2] === 0));
  const other = planeOf(GRID, { ...chosen, x: "beta", y: "beta_schedule", fixed: "tau:0.7" });
  assert.ok(other.cells.every((cell) => placesOf(GRID, cell)[1] === 2));
  assert.equal(fixedFor(GRID, other, 7), "tau:0.3");
  const single = planeOf(GRID, { x: "tau", y: NO_AXIS, fixed: "beta:1" });
  assert.deepEqual([single.y, single.cells], [null, [6, 8, 10]]);
});

test("a sweep with one axis is a single row", () => {
  const plane = planeOf({ ...GRID, axes: [GRID.axes[1]] }, { x: "", y: "", fixed: "" });
  assert.deepEqual([plane.y, plane.width, plane.height, plane.cells], [null, 3, 1, [0, 1, 2]]);
});

test("cells of the map are squares, unless it were a strip or too high", () => {
  /** The height of the map. @param {number} width @param {number} height in cells @param {number} wide */
  const high = (width, height, wide) =>
    Math.round((tallOf(/** @type {any} */ ({ width, height }), wide) * height * wide) / width);
  assert.equal(tallOf(/** @type {any} */ ({ width: 10, height: 8 }), 480), 1);
  assert.deepEqual([high(10, 8, 480), high(200, 10, 500), high(5, 8, 480)], [384, 310, 480]);
  // As wide as a page, and on a telephone.
  assert.deepEqual([high(6, 5, 800), high(200, 10, 300)], [500, 240]);
});
