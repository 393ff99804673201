/** Lines of equal values over the maps of sweeps. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { themeOf } from "../../dgviz/web/kit/theme.js";
import { Trials } from "../../dgviz/web/sweep/cells.js";
import { hasLines } from "../../dgviz/web/sweep/grid.js";
import { isoNodes } from "../../dgviz/web/sweep/iso_drawing.js";
import { levelsBetween, levelsOf } from "../../dgviz/web/sweep/iso_lines.js";
import { smoothed } from "../../dgviz/web/sweep/iso_smoothing.js";
import { landscapeOf } from "../../dgviz/web/sweep/landscape.js";
import { landscapeSheet } from "../../dgviz/web/sweep/landscape_sheet.js";
import { overMap } from "../../dgviz/web/sweep/over_map.js";
import { shownPlane } from "../../dgviz/web/sweep/shown.js";
import { fakeDocument } from "./fake_dom.js";
import { golden } from "./golden.js";
import "./ruler.js";

fakeDocument();
const { answer } = golden("sweep");
const THEME = themeOf({ ground: [255, 255, 255], ink: [23, 26, 31], panel: [246, 247, 249] });

/** A map of 600 by 600 pixels whose values change from column to column, and not at all upwards. */
function mapOf({ accuracies = null, ratios = null, height = 6, fewest = -1 }) {
  const width = (accuracies ?? ratios).length;
  const rows = (/** @type {?number[]} */ row) =>
    Array.from({ length: height }, () => row ?? Array(width).fill(NaN)).flat();
  const box = { left: 0, top: 0, cell: 600 / width, high: 600 / height };
  return { values: { accuracy: rows(accuracies), r: rows(ratios) }, width, height, fewest, box };
}
const KINDS = /** @type {const} */ (["accuracy", "r"]);
const texts = (/** @type {any[]} */ ...maps) =>
  levelsOf(maps, KINDS).map((levels) => levels.map(({ text }) => text));

test("the highest levels among the values have lines, as many as have room", () => {
  const map = mapOf({ accuracies: [0.1, 0.85, 0.93, 0.955, 0.975, 0.99, NaN] });
  assert.deepEqual(levelsBetween([map], "accuracy").slice(0, 3), [0.985, 0.98, 0.975]);
  assert.deepEqual(texts(map), [["98.5%", "98%", "97.5%", "97%"]]);
  const small = mapOf({ accuracies: [0.1, 0.975, 0.975], height: 2 });
  assert.deepEqual(texts(small), [["97%", "90%", "80%", "70%"]]);
  assert.deepEqual(texts(mapOf({ accuracies: [0.5, NaN, 0.99] })), [[]]);
});

test("values that differ little have lines, too, as those of data sets that are learned less well", () => {
  const best = { fashion: [0.85, 0.895], cifar10: [0.42, 0.53], cifar100: [0.14, 0.24] };
  const found = Object.values(best).map(([low, high]) =>
    texts(mapOf({ accuracies: [low, low, low, high, high, high] })).flat(),
  );
  assert.deepEqual(found, [
    ["89%", "88%", "87%", "86%"],
    ["52%", "50%", "48%", "46%"],
    ["22%", "20%", "18%", "16%"],
  ]);
  const ratios = [0.42, 0.42, 0.42, 0.48, 0.48, 0.48];
  assert.deepEqual(texts(mapOf({ ratios })), [["r 0.45"]]);
});

test("levels that lie close together are left out, and so are those of r along an accuracy", () => {
  // 97.5% and 97% are 4 pixels apart, and 97.5% and 95% 21.
  const steep = mapOf({ accuracies: [0.8, 0.8, 0.98, 0.98], ratios: [0.1, 0.1, 0.36, 0.99] });
  const [levels] = levelsOf([steep], KINDS);
  assert.deepEqual(
    levels.map(({ text }) => text),
    ["97.5%", "95%", "92%", "90%", "r 0.9", "r 0.8", "r 0.7", "r 0.6"],
  );
  const places = levels.map(({ parts }) => parts[0].label.x).sort((a, b) => a - b);
  for (const [at, x] of places.slice(1).entries()) assert.ok(x - places[at] >= 14, `${places}`);
});

test("a line ends where it runs along another one, and a crossing is no reason", () => {
  const size = 12;
  const box = { left: 0, top: 0, cell: 50, high: 50 };
  const valuesOf = (/** @type {(x: number, y: number) => number} */ value) =>
    Array.from({ length: size * size }, (_, at) => value(at % size, Math.floor(at / size)));
  /** A line of an accuracy downwards at the fifth column, and one of r. */
  const map = (/** @type {(x: number, y: number) => number} */ r) => ({
    values: { accuracy: valuesOf((x) => (x > 5 ? 0.51 : 0.49)), r: valuesOf(r) },
    ...{ width: size, height: size, fewest: -1, box },
  });
  const [, crossing] = levelsOf([map((_, y) => (y > 5 ? 0.11 : 0.09))], KINDS)[0];
  assert.deepEqual([crossing.text, crossing.parts.length], ["r 0.1", 1]);
  // Along it in the upper half, and away from it in the lower one.
  const bent = map((x, y) => (x > Math.max(5, y) ? 0.11 : 0.09));
  const [, away] = levelsOf([bent], KINDS)[0];
  assert.equal(away.text, "r 0.1");
  assert.ok(away.parts.every(({ points }) => points.every(([, y]) => y > 250)));
  // Away from it below, and a little in the first row: a short part that remains is left out.
  const twice = map((x, y) => (x > (y < 1 ? 6 : y > 5 ? 9 : 5) ? 0.11 : 0.09));
  assert.equal(levelsOf([twice], KINDS)[0][1].parts.length, 1);
});

test("a line that is hardly longer than its label is not drawn, and none is where labels have no room", () => {
  const island = mapOf({ accuracies: Array(20).fill(0.1), height: 20 });
  island.values.accuracy[210] = 0.125;
  assert.deepEqual(texts(island), [[]]);
});

test("of very small cells, lines join means over those around, and of no others", () => {
  const large = mapOf({ accuracies: [0.1, 0.9, 0.1] });
  assert.equal(smoothed(large), large);
  const small = { ...large, box: { ...large.box, cell: 6, high: 20 } };
  small.values.accuracy[0] = NaN;
  const { accuracy, r } = smoothed(small).values;
  const rounded = accuracy.slice(0, 6).map((value) => Number(value.toFixed(4)));
  assert.deepEqual(rounded, [NaN, 0.5, 0.5, 0.5, 0.3667, 0.5]);
  assert.ok(r.every(Number.isNaN));
});

test("the label of a line is in its middle, and beside the mark of the fewest weights", () => {
  const map = mapOf({ accuracies: [0.49, 0.51, 0.51], height: 3 });
  const labelsOn = ([{ parts }]) => parts.map(({ label }) => label);
  const [middle] = labelsOn(levelsOf([map], KINDS)[0]);
  assert.deepEqual([Math.round(middle.x), Math.round(middle.y)], [200, 300]);
  const [beside] = labelsOn(
    levelsOf([mapOf({ accuracies: [0.48, 0.5001, 0.52], height: 3, fewest: 4 })], KINDS)[0],
  );
  assert.ok(Math.abs(beside.y - 300) > 17, `${beside.y}`);
});

test("each part of a level has a label", () => {
  // A valley: the level is on both of its sides.
  const [[{ text, parts }]] = levelsOf([mapOf({ accuracies: [0.51, 0.49, 0.49, 0.51] })], KINDS);
  assert.equal(text, "50%");
  assert.deepEqual(parts.map(({ label }) => Math.round(label.x)).sort(), [150, 450]);
});

test("two maps have the same levels", () => {
  const slow = mapOf({ accuracies: [0.9, 0.92, 0.94, 0.96, 0.98] });
  const steep = mapOf({ accuracies: [...Array(6).fill(0.9), ...Array(6).fill(0.98)] });
  assert.deepEqual(texts(slow), [["97.5%", "97%", "96.5%", "96%"]]);
  // In the steep one, most of them lie on one another.
  const common = ["97.5%", "95%", "92%"];
  assert.deepEqual(texts(steep), [common]);
  assert.deepEqual(texts(slow, steep), [common, common]);
  // One whose values do not reach a level does not keep the other from having its line.
  const low = mapOf({ accuracies: [0.9, 0.92, 0.93, 0.93, 0.955] });
  assert.deepEqual(texts(slow, low), [["97.5%", "97%", "96.5%", "96%"], []]);
  assert.deepEqual(texts(low, steep), [["95%", "92%"], common]);
  // Levels between the values of the two have no line, and leave the others theirs.
  const high = mapOf({ accuracies: [0.986, 0.986, 0.986, 0.986, 0.987] });
  const bad = mapOf({ accuracies: [0.85, 0.87, 0.89, 0.91, 0.93] });
  assert.deepEqual(texts(high, bad), [[], ["92%", "90%"]]);
  // Alone, it has few of them, and others besides.
  assert.deepEqual(texts(bad), [["92%", "91%", "90%", "89%"]]);
});

/** A sweep over four values of β and some of another axis; the accuracy changes from one β to the next. */
function sweepOver(/** @type {any[]} */ up) {
  const axis = (/** @type {string} */ name, /** @type {any[]} */ values) => ({
    ...{ name, title: name, label: name, values },
  });
  const axes = [axis("beta", [0.1, 0.2, 0.3, 0.4]), axis("other", up)];
  const trials = new Trials({ ...answer.grid, axes, seeds: 1, epochs: 1 });
  const row = (/** @type {number} */ cell) => {
    const accuracy = 0.88 + 0.03 * Math.floor(cell / up.length);
    return [cell, String(cell), 1, "", ...[accuracy, accuracy, 0.45, 9, 0].map((one) => [one])];
  };
  trials.add(/** @type {any} */ (Array.from({ length: 4 * up.length }, (_, at) => row(at))), []);
  return trials;
}
const NUMBERS = [0.3, 0.4, 0.5];
const NAMES = ["mnist", "fashion_mnist", "kmnist"];

test("names have no order, so there are no lines between them", () => {
  const labelsOver = (/** @type {any[]} */ up) => {
    const trials = sweepOver(up);
    assert.equal(hasLines(trials.grid, shownPlane(trials.grid)), up === NUMBERS);
    const box = { left: 0, top: 0, cell: 150, high: 150 };
    return overMap([trials], box, THEME).flatMap(({ textContent }) =>
      /%$/.test(textContent) ? [textContent] : [],
    );
  };
  assert.deepEqual(labelsOver(NUMBERS), ["96.5%", "96%", "95%", "94%"]);
  assert.deepEqual(labelsOver(NAMES), []);
});

test("the legend of a file says what the lines in it are", () => {
  const legendOf = (/** @type {any[]} */ up) => {
    const card = /** @type {any} */ ({ data: { name: "a" }, theme: THEME });
    const { legend = [] } = landscapeSheet(card, landscapeOf([sweepOver(up)]));
    return legend.map(({ label }) => label).filter((label) => label.startsWith("equal"));
  };
  assert.deepEqual(legendOf(NUMBERS), ["equal validation accuracy"]);
  assert.deepEqual(legendOf(NAMES), []);
});

test("lines of r are dashed, and labels lie on all lines", () => {
  const [levels] = levelsOf(
    [mapOf({ accuracies: [0.49, 0.51, 0.51], ratios: [0.18, 0.18, 0.22] })],
    KINDS,
  );
  const nodes = isoNodes(levels, THEME);
  assert.deepEqual(
    nodes.map(
      (node) => node.textContent || (node.getAttribute("stroke-dasharray") ? "dashed" : "line"),
    ),
    ["line", "line", "dashed", "dashed", "50%", "r 0.2"],
  );
  const dark = themeOf({ ground: [14, 17, 23], ink: [250, 250, 250], panel: [17, 21, 28] });
  const strokes = (/** @type {Element[]} */ all) =>
    all.slice(0, 4).map((node) => node.getAttribute("stroke"));
  assert.deepEqual(strokes(isoNodes(levels, dark)), strokes(nodes), "as the colours of the map");
});
