/** The browser's colours are those of the still charts, which Python draws. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { cividis, css, mix } from "../../dgviz/web/core/colours.js";
import { FADE } from "../../dgviz/web/core/gate_drawing.js";
import { themeOf } from "../../dgviz/web/kit/theme.js";
import { golden } from "./golden.js";

const PALETTE = golden("palette");

test("the light theme is that of the still charts", () => {
  const theme = themeOf({ ...PALETTE.given, font: "" });
  const names = Object.keys(PALETTE.light);
  assert.deepEqual(Object.fromEntries(names.map((name) => [name, theme[name]])), PALETTE.light);
  assert.equal(theme.grid, css(PALETTE.grid));
  assert.equal(FADE, PALETTE.fade);
});

test("cividis is the same at every place", () => {
  for (const [t, colour] of PALETTE.cividis) assert.deepEqual(cividis(t), colour, String(t));
});

test("colours are mixed alike", () => {
  for (const [a, b, share, colour] of PALETTE.mix) assert.deepEqual(mix(a, b, share), colour);
});
