import assert from "node:assert/strict";
import { mock, test } from "node:test";

mock.timers.enable({ apis: ["setInterval"] });
const { Card } = await import("../../dgviz/web/kit/mounting.js");

test("a card that was removed is not drawn by a late answer, until it is mounted again", () => {
  /** @type {string[]} */
  const drawn = [];
  const card = Object.assign(Object.create(Card.prototype), {
    root: { parentNode: {} },
    view: { draw: (/** @type {Set<string>} */ kinds) => drawn.push(...kinds) },
    spec: {},
    feeds: {},
    unsubscribers: [],
    inSight: true,
    readTheme: () => undefined,
  });
  card.update({ data: {} });
  card.draw("detail");
  card.dispose();
  card.draw("detail");
  assert.deepEqual(drawn, ["mount", "detail"]);
  card.update({ data: {} });
  assert.deepEqual(drawn, ["mount", "detail", "mount"]);
});
