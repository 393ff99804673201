/** The lines of a comparison's chart: means with bands, and single runs. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  areBandsQuiet,
  bandOf,
  decisiveOf,
  isMean,
  linesOf,
  linesText,
  nameOf,
} from "../../dgviz/web/compare/curve_lines.js";

const run = (seed, changes) => ({
  seed,
  id: `id${seed}`,
  phase: "finished",
  curves: null,
  ...changes,
});
const row = (key, runs, average = null) => ({
  key,
  label: key.slice(0, 2).toUpperCase(),
  method: key,
  runs,
  mean: average,
});
const curves = { test: [[0, 0.1]], validation: [], ratio: [] };
const mean = { seeds: [0, 2], curves: { test: [[0, 0.5, 0.1]], validation: [], ratio: [] } };

test("a row has the mean of its finished seeds, and a line of each other run with a curve", () => {
  const other = run(1, { phase: "diverged", curves });
  const lines = linesOf([row("l0@0.1", [run(0), other, run(2), run(3)], mean)], "test");
  assert.deepEqual(
    lines.map(({ seeds, points, uid, failure }) => [seeds, points, uid, failure]),
    [
      [[0, 2], [[0, 0.5, 0.1]], "finished_l0_0_1", ""],
      [[1], [[0, 0.1]], "run_id1", "diverged"],
    ],
  );
  assert.deepEqual(lines.map(nameOf), ["L0, mean of seeds 0, 2", "L0, seed 1, diverged"]);
  assert.equal(linesText(lines.slice(1), "all"), "× marks where a run diverged.");
  assert.deepEqual(linesOf([row("l0", [run(0)], mean)], "validation"), []);
});

test("a band goes along its upper edge and back along its lower one", () => {
  const points = [
    [0, 0.5, 0.25],
    [1, 0.75, 0.125],
  ];
  assert.deepEqual(bandOf({ points }), [
    [0, 0.75],
    [1, 0.875],
    [1, 0.625],
    [0, 0.25],
  ]);
});

test("only few bands are drawn together, and the text says what there is", () => {
  const rows = (number) =>
    linesOf(
      Array.from({ length: number }, (_, n) => row(`${n}`, [], mean)),
      "test",
    );
  assert.deepEqual([areBandsQuiet(rows(6)), areBandsQuiet(rows(7))], [false, true]);
  const single = linesOf([row("dense", [run(0, { curves })])], "test");
  assert.equal(isMean(single[0]), false);
  assert.equal(linesText(single, "all"), "");
  assert.equal(
    linesText(rows(2), "all"),
    "Lines are means over the seeds, bands ± one sample standard deviation.",
  );
  assert.equal(
    linesText([...rows(2), ...single], "none"),
    "Lines are means over the seeds, and single runs where there is no mean.",
  );
});

test("runs that have only begun, or failed, do not choose the axis", () => {
  const to = (epoch, failure = "") => ({
    points: [
      [0, 0.1],
      [epoch, 0.9],
    ],
    failure,
  });
  const [ended, half, begun, failed] = [to(10), to(5), to(1), to(9, "diverged")];
  assert.deepEqual(decisiveOf([ended, half, begun, failed]), [ended, half]);
  assert.deepEqual(decisiveOf([begun]), [begun]);
  assert.deepEqual(decisiveOf([failed]), [failed]);
});

test("seeds in flight have a mean of their own", () => {
  const flying = (seed) => run(seed, { phase: "running", curves });
  const lines = linesOf([row("l0", [run(0), flying(1), run(2), flying(3)], mean)], "test");
  assert.deepEqual(
    lines.map(({ seeds, points }) => [seeds, points]),
    [
      [[0, 2], [[0, 0.5, 0.1]]],
      [[1, 3], [[0, 0.1, 0]]],
    ],
  );
  assert.match(
    linesText(lines, "all"),
    /^Lines are means over finished seeds and over seeds in training,/,
  );
});
