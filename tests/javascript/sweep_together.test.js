/** Two sweeps on one page: what they share. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Trials } from "../../dgviz/web/sweep/cells.js";
import { cellName, fixedWith, NO_AXIS } from "../../dgviz/web/sweep/grid.js";
import { showAxis } from "../../dgviz/web/sweep/landscape_choices.js";
import {
  missingText,
  openCell,
  openedCell,
  pointAt,
  pointedCell,
  shownEpoch,
  shownEpochs,
  shownFigure,
  shownPlane,
  shownScale,
} from "../../dgviz/web/sweep/shown.js";
import { pointed, view } from "../../dgviz/web/sweep/view.js";
import { golden } from "./golden.js";

const { answer } = golden("sweep");
const first = new Trials(answer.grid);
first.add(answer.trials, []);

/** A sweep with one more value of β and with other epochs. */
const second = new Trials({
  ...answer.grid,
  seeds: 1,
  epochs: 5,
  validation: false,
  axes: [{ ...answer.grid.axes[0], values: [0.001, 0.01, 0.1] }, answer.grid.axes[1]],
});
const accuracies = [0.5, 0.7, 0.9, 0.95, 0.99];
second.add([[0, "0", 1, "", accuracies, [null], [0.5], [9], [0]]], []);

afterEach(() => {
  for (const name of /** @type {const} */ (["x", "y", "figure", "epoch", "fixed", "cell"]))
    view.set(name, "");
  pointed.set("cell", "");
});

test("pointing at a cell of one sweep points at the cell with the same values of the other", () => {
  pointAt(first.grid, 1);
  assert.deepEqual([pointedCell(first.grid), pointedCell(second.grid)], [1, 3]);
  // β is 0.001 in the other one alone.
  pointAt(second.grid, 0);
  assert.deepEqual([pointedCell(first.grid), pointedCell(second.grid)], [null, 0]);
  pointAt(first.grid, null);
  assert.equal(pointedCell(second.grid), null);
});

test("an axis that only one sweep has is a fixed setting of the other", () => {
  const { hidden, ...fixed } = first.grid.fixed;
  assert.equal(hidden, 8);
  const wider = {
    ...first.grid,
    fixed,
    axes: [...first.grid.axes, { name: "hidden", title: "H", label: "", values: [8, 16] }],
  };
  pointAt(first.grid, 1);
  assert.equal(pointedCell(wider, first.grid), 2);
  assert.equal(missingText(pointed.get("cell"), [wider, first.grid]), "");
  pointAt(wider, 2);
  assert.equal(pointedCell(first.grid, wider), 1);
  pointAt(wider, 3);
  assert.equal(pointedCell(first.grid, wider), null);
  assert.equal(
    missingText(pointed.get("cell"), [first.grid, wider]),
    "This sweep has no such cell: β 0.01, τ 0.5, H 16.",
  );
  view.set("cell", cellName(wider, 2));
  assert.equal(openedCell(first.grid, wider), 1);
  // A setting that the other method does not have.
  const foreign = { ...wider, axes: [{ ...wider.axes[2], name: "l0.temperature" }] };
  pointAt(foreign, 0);
  assert.equal(pointedCell(first.grid, foreign), null);
});

test("the figure is one that both have, and the colours are those of all values", () => {
  assert.equal(shownFigure(first.grid), "validation");
  assert.equal(shownFigure(first.grid, second.grid), "test");
  view.set("figure", "test");
  const [alone, both] = [shownScale(first), shownScale(first, second)];
  assert.ok(alone && both);
  assert.equal(both.ticks.at(-1)?.[1], "99.0%");
  assert.notDeepEqual(alone.colourOf(0.86), both.colourOf(0.86));
  assert.deepEqual(shownScale(second, first)?.colourOf(0.86), both.colourOf(0.86));
  // Kept until there are new results, for the cards of both.
  assert.equal(shownScale(second, first), both);
  // A trial that was stopped early is trained on.
  second.add([[0, "0", 1, "", [...accuracies.slice(0, 4), 0.999], [null], [0.5], [9], [0]]], []);
  assert.equal(shownScale(first, second)?.ticks.at(-1)?.[1], "99.9%");
  // After another epoch, the colours are those of its values.
  view.set("epoch", "3");
  assert.equal(shownScale(first, second)?.ticks.at(-1)?.[1], "90.0%");
});

test("both have one scrubber, and the shorter one stays at its end", () => {
  assert.deepEqual(shownEpochs([first, second]), { most: 5, at: 5 });
  assert.deepEqual([shownEpoch(first.grid), shownEpoch(second.grid)], [3, 5]);
  view.set("epoch", "2");
  assert.deepEqual([shownEpoch(first.grid), shownEpoch(second.grid)], [2, 2]);
  view.set("epoch", "4");
  assert.deepEqual(shownEpochs([first, second]), { most: 5, at: 4 });
  assert.deepEqual([shownEpoch(first.grid), shownEpoch(second.grid)], [3, 4]);
});

test("fixed values of axes that only the other sweep has stay", () => {
  assert.equal(fixedWith("hidden:8,beta:1", "beta:2"), "hidden:8,beta:2");
  assert.equal(fixedWith("", "beta:2,tau:0.5"), "beta:2,tau:0.5");
  assert.equal(fixedWith("beta:1", ""), "beta:1");
  view.set("fixed", "hidden:8");
  openCell(first.grid, 0);
  assert.equal(view.get("cell"), "beta:0.01,tau:0.3");
  assert.equal(view.get("fixed"), "hidden:8");
});

test("two axes change places, and an axis that is chosen to go up leaves the one across", () => {
  const shown = () => {
    const { x, y } = shownPlane(first.grid);
    return [x, y].map((at) => (at === null ? null : first.grid.axes[at].name));
  };
  assert.deepEqual(shown(), ["beta", "tau"]);
  showAxis(first.grid, "x", "tau");
  assert.deepEqual(shown(), ["tau", "beta"]);
  showAxis(first.grid, "y", NO_AXIS);
  assert.deepEqual(shown(), ["tau", null]);
  showAxis(first.grid, "y", "tau");
  assert.deepEqual(shown(), ["beta", "tau"]);
});
