/** The browser's colours are those of the still charts, which Python draws. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { DASHES, lookOf, ratioKeys, widthOf } from "../../dgviz/web/compare/series.js";
import { cividis, css, mix } from "../../dgviz/web/core/colours.js";
import { FADE } from "../../dgviz/web/core/gate_drawing.js";
import { MARK_DASHES } from "../../dgviz/web/core/marks.js";
import { themeOf } from "../../dgviz/web/kit/theme.js";
import { golden } from "./golden.js";

const PALETTE = golden("palette");
const VARIABLES = {
  "--active": "active",
  "--tau": "tau",
  "--tau-ink": "tauInk",
  "--closed": "closed",
  "--unused": "unused",
};
/** @param {number[]} colour */
const hex = (colour) => `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

test("the light theme is that of the still charts", () => {
  const theme = themeOf({ ...PALETTE.given, font: "" });
  const names = Object.keys(PALETTE.light);
  assert.deepEqual(Object.fromEntries(names.map((name) => [name, theme[name]])), PALETTE.light);
  assert.equal(theme.grid, css(PALETTE.grid));
  assert.equal(FADE, PALETTE.fade);
});

test("the style sheets have the same colours, in both themes", () => {
  const folder = new URL("../../dgviz/web/", import.meta.url);
  const sheets = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".css"));
  const rules = sheets.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const { given } = PALETTE;
  const themes = [
    themeOf({ ...given, font: "" }),
    themeOf({ ...given, ground: [0, 0, 0], font: "" }),
  ];
  for (const [variable, name] of Object.entries(VARIABLES)) {
    const colours = [...rules.matchAll(new RegExp(`${variable}: (#[0-9a-f]{6});`, "g"))];
    const expected = themes.map((theme) => hex(theme[name]));
    // Where one colour serves both themes it is written once.
    assert.deepEqual(
      colours.map(([, colour]) => colour),
      [...new Set(expected)],
      variable,
    );
  }
});

test("cividis is the same at every place", () => {
  for (const [t, colour] of PALETTE.cividis) assert.deepEqual(cividis(t), colour, String(t));
});

test("colours are mixed alike", () => {
  for (const [a, b, share, colour] of PALETTE.mix) assert.deepEqual(mix(a, b, share), colour);
});

test("methods with the same colour have different dashes", () => {
  assert.deepEqual(DASHES, PALETTE.dashes);
  assert.deepEqual(MARK_DASHES, PALETTE.marks);
  const theme = themeOf({ ...PALETTE.given, font: "" });
  const looks = Array.from({ length: 20 }, (_, series) => lookOf(series, theme));
  assert.equal(new Set(looks.map(({ colour, dash }) => `${colour} ${dash}`)).size, looks.length);
  const dots = new Set(looks.map(({ colour, symbol }) => `${colour} ${symbol}`));
  assert.equal(dots.size, looks.length);
});

test("a method's dot is that of the still charts", () => {
  const theme = themeOf({ ...PALETTE.given, font: "" });
  PALETTE.dots.forEach(([colour, symbol], series) => {
    const look = lookOf(series, theme);
    assert.deepEqual([look.colour, look.symbol], [css(colour), symbol]);
  });
});

test("each target ratio has a width of its own, which the legends name", () => {
  const rows = [0.05, null, 0.3, 0.1, 0.3].map((ratio) => ({ ratio }));
  const widths = rows.map((row) => widthOf(row, rows));
  assert.ok(widths[2] > widths[3] && widths[3] > widths[0]);
  assert.equal(widths[4], widths[2]);
  assert.deepEqual(
    ratioKeys(rows).map(({ name, width }) => [name, width]),
    [2, 3, 0].map((at) => [`target ${rows[at].ratio}`, widths[at]]),
  );
  // With one ratio there is nothing to tell apart.
  assert.deepEqual(ratioKeys(rows.slice(0, 2)), []);
  assert.equal(widthOf(rows[0], rows.slice(0, 2)), widthOf(rows[1], rows.slice(0, 2)));
});
