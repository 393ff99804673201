/** The threads from a digit's pixels to a hidden unit. */
import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = {
  createElementNS: () => ({
    attributes: {},
    children: [],
    setAttribute(name, value) {
      this.attributes[name] = value;
    },
    append(...children) {
      this.children.push(...children);
    },
  }),
};
const { threads } = await import("../../dgviz/web/pixels/digit_flow_parts.js");

const PLAN = {
  shape: { channels: 1, height: 2, width: 2 },
  side: 10,
  digitTop: 0,
  box: 40,
  theme: { active: [0, 0, 255], tau: [255, 128, 0], dark: false },
};
/** Number of threads that are drawn. */
const drawn = (pixels, scale) =>
  threads({ ...PLAN, scale }, { unit: 0, pixels, x: 100, y: 20 })
    .children.map(({ attributes: { d } }) => d.match(/M/g).length)
    .reduce((a, b) => a + b, 0);

test("threads too thin to be seen are left out", () => {
  assert.equal(drawn([0.5, -0.4, 0.001, 0], 10), 2);
});

test("the thickest threads of a unit are drawn even if all are thin", () => {
  assert.equal(drawn([0.001, -0.0008, 0.0001, 0], 10), 2);
});
