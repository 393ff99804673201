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

test("a card without a snapshot says why", () => {
  /** @param {string} phase @param {number[]} steps of the log */
  const said = (phase, ...steps) => {
    const store = { status: { phase }, metrics: steps.map((step) => ({ step })) };
    const feeds = { run: { feed: { store, whole: store } } };
    return Object.assign(Object.create(Card.prototype), {
      data: { run: "a" },
      spec: {},
      feeds,
    }).emptyText("");
  };
  assert.equal(said("running"), "Waiting for the first snapshot.");
  assert.equal(said("elsewhere", 0), "Waiting for the first snapshot.");
  assert.match(
    said("elsewhere", 0, 100),
    /trained together with others: its snapshots are recorded at its end/,
  );
  assert.equal(said("interrupted", 0, 100), "This run ended before its first snapshot.");
});
