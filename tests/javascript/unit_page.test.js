/** The hidden units on a page of the gallery. */
import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = { devicePixelRatio: 1 };
globalThis.document = {
  createElement: () => ({ style: {}, setAttribute() {}, append() {} }),
};
const { UnitPage } = await import("../../dgviz/web/pixels/unit_page.js");

test("a unit stays on the page at every width", () => {
  const page = new UnitPage();
  const state = {
    shape: { channels: 1, height: 28, width: 28 },
    order: Array.from({ length: 256 }, (_, i) => i),
  };
  const showAt = (width) => {
    page.stage.clientWidth = width;
    page.layOut(state);
  };
  page.shown = 192;
  for (const width of [560, 900, 1400, 320]) {
    showAt(width);
    assert.ok(
      page.first <= 192 && page.first + page.perPage > 192,
      `at ${width} from ${page.first}`,
    );
  }
});
