/** What is drawn of a sweep: marks over the map, the front, the chart of one axis, their legends. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { themeOf } from "../../dgviz/web/kit/theme.js";
import { diamondPath, markNodes } from "../../dgviz/web/sweep/cell_marks.js";
import { Trials } from "../../dgviz/web/sweep/cells.js";
import { figureScale } from "../../dgviz/web/sweep/figure_scale.js";
import { FIGURES } from "../../dgviz/web/sweep/figures.js";
import { dotsOf } from "../../dgviz/web/sweep/front_dots.js";
import { frontDrawing, placing, ringNodes } from "../../dgviz/web/sweep/front_drawing.js";
import { frontMarks } from "../../dgviz/web/sweep/front_legend.js";
import { cellLooks, isChart, landscapeOf } from "../../dgviz/web/sweep/landscape.js";
import { lineDrawing } from "../../dgviz/web/sweep/line_drawing.js";
import { mapMarks } from "../../dgviz/web/sweep/map_legend.js";
import { entriesOf, keysOf } from "../../dgviz/web/sweep/mark_legend.js";
import { view } from "../../dgviz/web/sweep/view.js";
import { fewestLabel } from "../../dgviz/web/sweep/wanted.js";
import { FakeElement, fakeDocument } from "./fake_dom.js";
import { golden } from "./golden.js";

fakeDocument();
const { answer } = golden("sweep");
const trials = new Trials(answer.grid);
trials.add(answer.trials, [5]);
const cells = trials.cells(3);
const theme = themeOf({ ground: [255, 255, 255], ink: [23, 26, 31], panel: [246, 247, 249] });

/** All elements of a kind in these nodes. @param {FakeElement[]} nodes */
const allIn = (nodes, tag) => {
  const parent = new FakeElement("g");
  parent.append(...nodes);
  return parent.all(tag);
};
/** How many diamonds there are. */
const diamonds = (nodes) =>
  new Set(
    allIn(nodes, "path").flatMap(({ attributes: { d } }) =>
      /^M\S+ \S+l(\S+) \1l-\1 \1l-\1 -\1Z$/.test(d) ? [d] : [],
    ),
  ).size;

const BOX = { left: 0, top: 0, cell: 100, high: 100 };

test("cells of the map have colours, but those that failed and those outside of the ranges", () => {
  const dark = themeOf({ ground: [14, 17, 23], ink: [250, 250, 250], panel: [38, 39, 48] });
  const looks = (given = theme) => {
    const landscape = landscapeOf([trials]);
    const { colourOf, hatched } = cellLooks(landscape, given);
    return landscape.cells.map(({ number }, place) => ({
      number,
      colour: colourOf(place),
      isHatched: hatched(place),
    }));
  };
  assert.ok(!isChart(landscapeOf([trials])));
  const [diverged, missing] = [2, 5].map((cell) => looks().find(({ number }) => number === cell));
  assert.deepEqual([diverged?.isHatched, missing?.isHatched], [true, false]);
  assert.deepEqual([diverged?.colour, missing?.colour], [null, null]);
  view.set("ranges", "tau:0.5..");
  const first = (/** @type {typeof theme} */ given) =>
    looks(given).find(({ number }) => number === 0);
  const [faint, fainter] = [theme, dark].map((given) => first(given)?.colour?.[0] ?? 0);
  // It is mixed with the ground, in a file with that of the file.
  assert.ok(faint > 200 && fainter < 60, `${faint} and ${fainter}`);
  view.set("ranges", "");
});

test("the cell with the fewest weights has a diamond on the map and on the chart", () => {
  assert.equal(diamonds([{ tag: "path", attributes: { d: diamondPath(3, 4, 7) } }]), 1);
  assert.deepEqual(
    [-1, 1].map((at) => diamonds(markNodes(cells, at, 2, BOX, theme))),
    [0, 1],
  );
  const state = {
    axis: answer.grid.axes[0],
    name: "test",
    cells: cells.slice(0, 3),
    scale: figureScale(FIGURES.test, [0.5, 0.9]),
    isInside: () => true,
    size: { width: 640, height: 380 },
    theme,
  };
  // The cell at the last place diverged, so it has no dot.
  assert.deepEqual(
    [-1, 1, 2].map((fewest) => diamonds([lineDrawing({ ...state, fewest })])),
    [0, 1, 0],
  );
});

test("the range of the seeds of a cell beside which there is none is wider than its dot", () => {
  const state = {
    axis: { ...answer.grid.axes[0], values: ["mnist", "kmnist"] },
    ...{ name: "test", cells: cells.slice(0, 2), fewest: -1, isInside: () => true, theme },
    scale: figureScale(FIGURES.test, [0.5, 0.9]),
    size: { width: 640, height: 380 },
  };
  const drawing = lineDrawing(/** @type {any} */ (state));
  const band = allIn([drawing], "path").find(({ attributes }) => attributes.opacity === "0.2");
  const widths = band.attributes.d.match(/M[^M]+/g).map((part) => {
    const across = [...part.matchAll(/[ML](\S+)/g)].map(([, x]) => Number(x));
    return Math.max(...across) - Math.min(...across);
  });
  const radius = Math.max(...allIn([drawing], "circle").map(({ attributes: { r } }) => Number(r)));
  assert.deepEqual(
    widths.map((wide) => wide > 2 * radius + 4),
    [true, true],
  );
});

const dot = (cell, isHere = true, isEarly = false) => ({
  cell,
  weights: 100 * (cell + 1),
  error: 9 - cell,
  isHere,
  isEarly,
});

test("dots outside of the ranges are fainter, and rings and the diamond stand apart", () => {
  const dots = [dot(0), dot(1), dot(2, false)];
  const places = placing(dots, { width: 400, height: 300 });
  const counts = (isInside) =>
    allIn([frontDrawing(dots, isInside, [], [], places, theme)], "path")
      .filter(({ attributes }) => attributes["stroke-linecap"] === "round")
      .map(({ attributes: { d } }) => d.match(/M/g)?.length ?? 0);
  // Outside; inside elsewhere, and here; on the front; stopped early.
  assert.deepEqual(
    counts(() => true),
    [0, 1, 2, 0, 0],
  );
  assert.deepEqual(
    counts((cell) => cell === 1),
    [2, 0, 1, 0, 0],
  );
  const rings = ringNodes({ pointed: null, chosen: dots[0], best: dots[0] }, places, theme);
  assert.equal(diamonds(rings), 1);
  const [side] = allIn(rings, "path")[0]
    .attributes.d.match(/(?<=l)\d+/)
    .map(Number);
  const ring = Math.max(...allIn(rings, "circle").map(({ attributes: { r } }) => Number(r)));
  assert.ok(side / Math.SQRT2 > ring + 3, `${side} around ${ring}`);
});

test("no number of the front's axis across is cut", () => {
  for (const last of [9_000, 10_000, 999_000, 1_000_000]) {
    const size = { width: 400, height: 300 };
    const places = placing(
      [
        { ...dot(0), weights: 60 },
        { ...dot(1), weights: last },
      ],
      size,
    );
    const drawing = frontDrawing([], () => true, [], [], places, theme);
    const ends = allIn([drawing], "text")
      .filter(({ attributes }) => attributes["text-anchor"] === "middle" && !attributes.transform)
      .map(({ attributes, textContent }) => Number(attributes.x) + (6 * textContent.length) / 2);
    assert.ok(ends.length > 2 && Math.max(...ends) < size.width, `${ends} of ${size.width}`);
  }
});

test("dots say which cells are on the map, and the front is that of the cells within the ranges", () => {
  const here = () => dotsOf(trials).dots.flatMap(({ cell, isHere }) => (isHere ? [cell] : []));
  const all = here();
  assert.equal(dotsOf(trials).dots, dotsOf(trials).dots);
  view.set("y", "none");
  const part = here();
  assert.ok(part.length > 0 && part.length < all.length, `${part} of ${all}`);
  view.set("y", "");
  assert.deepEqual(here(), all);
  const [least] = dotsOf(trials).front;
  assert.equal(dotsOf(trials).byCell.get(least.cell), least);
  view.set("ranges", `active_weights:${least.weights + 1}..`);
  assert.ok(!dotsOf(trials).front.includes(least));
  view.set("ranges", "");
});

const shownOnMap = {
  cells,
  name: /** @type {const} */ ("test"),
  isLine: false,
  seeds: 3,
  isLimited: false,
  fewest: "fewest",
  hasFewest: false,
};
/** Labels on the page that are seen, those that only have room in brackets. */
const keys = (marks) =>
  keysOf(marks).map((node) =>
    node.style.visibility === "hidden" ? `(${node.textContent})` : node.textContent,
  );
const OUTSIDE = "outside of the ranges";
const FAILED = ["begun", "diverged or collapsed"];

test("the legend of the map names the marks there are, with room for those of a range", () => {
  const marks = (/** @type {object} */ changes) => mapMarks({ ...shownOnMap, ...changes }, theme);
  assert.deepEqual(keys(marks({})), [...FAILED, "(fewest)", `(${OUTSIDE})`]);
  assert.deepEqual(keys(marks({ fewest: "" })), [...FAILED, `(${OUTSIDE})`]);
  const all = { isLine: true, isLimited: true, hasFewest: true };
  const band = "from the lowest to the highest of 3 seeds";
  assert.deepEqual(keys(marks(all)), [...FAILED, band, "fewest", OUTSIDE]);
  assert.deepEqual(keys(marks({ ...all, cells: [] })), ["fewest", OUTSIDE]);
  const labels = entriesOf(marks({ isLimited: true })).map(({ label }) => label);
  assert.deepEqual(labels, [...FAILED, OUTSIDE]);
});

test("the legend of the front names the marks there are, with room for those of a range", () => {
  const shown = {
    dots: [dot(0), dot(1, false), dot(2, true, true)],
    isInside: () => true,
    isLimited: false,
    isChosen: false,
    fewest: "fewest",
    hasFewest: true,
    other: "",
  };
  const [elsewhere, early] = ["another part of the grid", "stopped early"];
  const always = ["cell", "pointed at", "Pareto front"];
  assert.deepEqual(keys(frontMarks(shown, theme)), [
    ...always,
    ...[elsewhere, early, "fewest", `(${OUTSIDE})`],
  ]);
  const limited = { ...shown, isLimited: true, isInside: (cell) => cell === 0 };
  assert.deepEqual(keys(frontMarks(limited, theme)), [
    ...always,
    ...[`(${elsewhere})`, `(${early})`, "fewest", OUTSIDE],
  ]);
  assert.deepEqual(
    entriesOf(frontMarks({ ...limited, other: "b", isChosen: true }, theme)).map(
      ({ label }) => label,
    ),
    ["cell", "opened", "Pareto front", "that of b", "fewest", OUTSIDE],
  );
});

test("the mark of the fewest weights says that it was chosen after the last epoch", () => {
  const complete = { grid: answer.grid, isComplete: true };
  view.set("epoch", "2");
  assert.equal(
    fewestLabel(complete, 95.5),
    "fewest weights for 95.5% validation accuracy after the last epoch",
  );
  view.set("epoch", "");
  assert.match(fewestLabel(complete, 95.5), /accuracy$/);
  assert.match(fewestLabel(trials, 95.5), /accuracy, so far$/);
  assert.equal(fewestLabel({ ...complete, grid: { ...answer.grid, validation: false } }, 95.5), "");
});
