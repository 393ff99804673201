import assert from "node:assert/strict";
import { test } from "node:test";

import { widthFor } from "../../dgviz/web/kit/sheet_legend.js";
import { columnTexts, csvOf } from "../../dgviz/web/kit/sheet_table.js";
import { golden } from "./golden.js";
import "./ruler.js";

const cells = (...values) => csvOf({ columns: ["-class"], rows: () => [values] }).split("\r\n");

test("a formula is quoted as text in the CSV", () => {
  assert.equal(cells("=1+1", "+a", "-a", "@a", "plain")[1], "'=1+1,'+a,'-a,'@a,plain");
  assert.equal(cells('=HYPERLINK("x",1)')[1], '"\'=HYPERLINK(""x"",1)"');
  assert.equal(cells(1)[0], "'-class");
});

test("cells are formatted as in Python", () => {
  for (const [text, row] of golden("formatting").cell) {
    assert.equal(csvOf({ columns: [""], rows: () => [[text]] }), `\r\n${row}`);
  }
});

test("a number is not quoted, and an unknown one is an empty cell", () => {
  assert.equal(cells(-1.5, NaN, 3)[1], "-1.5,,3");
});

test("all numbers of a column have the same format", () => {
  assert.deepEqual(columnTexts([7680, 8560.5, 10180, NaN]), ["7,680", "8,561", "10,180", "–"]);
  assert.deepEqual(columnTexts([7680, 10180, "none"]), ["7,680", "10,180", "none"]);
  assert.deepEqual(columnTexts([0.926, 0.92060001, -1]), ["0.9260", "0.9206", "−1.0000"]);
  assert.deepEqual(columnTexts([0.0002683, 0.1, 1000]), ["0.0002683", "0.1", "1,000"]);
});

test("a strip is so wide that the labels under it do not touch", () => {
  // The first label begins with the strip, and the second one is around its middle.
  assert.equal(
    widthFor([
      [0, "1234567"],
      [0.5, "12"],
      [1, "3"],
    ]),
    2 * (42 + 8 + 6),
  );
  assert.equal(widthFor([[0.5, "7"]]), 0);
});
