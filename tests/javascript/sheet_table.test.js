import assert from "node:assert/strict";
import { test } from "node:test";

import { csvOf } from "../../dgviz/web/kit/sheet_table.js";
import { golden } from "./golden.js";

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
