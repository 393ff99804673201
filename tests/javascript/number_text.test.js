import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readNumber } from "../../dgviz/web/live/number_text.js";

const GOLDEN = JSON.parse(readFileSync(new URL("../golden/numbers.json", import.meta.url)));

test("a field reads numbers in the same way as a link and the command line", () => {
  for (const [text, number] of GOLDEN) assert.equal(readNumber(text), number, JSON.stringify(text));
});
