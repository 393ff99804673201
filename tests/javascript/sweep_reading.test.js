/** What the cards of a sweep read from the server, and when. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Details } from "../../dgviz/web/sweep/details.js";
import { Reading, readingOf } from "../../dgviz/web/sweep/reading.js";
import { golden } from "./golden.js";

const { answer } = golden("sweep");
globalThis.document = /** @type {any} */ ({ hidden: false });

/** Waits until what has been answered is read. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("a sweep is read in parts, and again only what is new", async () => {
  const rows = answer.trials;
  const parts = [
    { revision: "a", grid: answer.grid, trials: rows.slice(0, 5), begun: [], next: 5, more: true },
    {
      revision: "a",
      grid: null,
      trials: rows.slice(5),
      begun: [5],
      next: rows.length,
      more: false,
    },
    { revision: "a", grid: null, trials: [], begun: [5], next: rows.length, more: false },
  ];
  /** @type {string[]} */
  const asked = [];
  const reading = new Reading("key", (url) => {
    asked.push(`${url.pathname.split("/").at(-1)} ${url.searchParams.get("after")}`);
    return Promise.resolve(/** @type {any} */ ({ ok: true, json: () => parts[asked.length - 1] }));
  });
  let told = 0;
  reading.listeners.add(() => (told += 1));
  assert.equal(await reading.read(), 0);
  assert.ok((await reading.read()) > 0);
  await reading.read();
  assert.deepEqual(asked, ["results 0", "results 5", `results ${rows.length}`]);
  assert.equal(reading.trials?.done.size, rows.length);
  assert.equal(told, 2);
});

test("a sweep that is gone is not asked for again", async () => {
  const answered = { ok: false, status: 410, json: () => ({ message: "It is gone." }) };
  const gone = () => Promise.resolve(/** @type {any} */ (answered));
  const reading = new Reading("key", gone);
  assert.equal(await reading.read(), Infinity);
  assert.equal(reading.problem, "It is gone.");
});

test("while the parts of a large sweep arrive, cards are drawn once a second", async () => {
  const now = mock.method(performance, "now", () => 0);
  const row = (/** @type {number} */ place) => [[...answer.trials[0]].with(0, place)];
  let part = 0;
  const reading = new Reading("key", () => {
    part += 1;
    const body = { revision: "a", trials: row(part), begun: [], next: part, more: part < 4 };
    const json = () => ({ ...body, grid: part === 1 ? answer.grid : null });
    return Promise.resolve(/** @type {any} */ ({ ok: true, json }));
  });
  /** @type {number[]} */
  const told = [];
  reading.listeners.add(() => told.push(reading.trials?.done.size ?? 0));
  for (const ms of [0, 400, 1000, 1100]) {
    now.mock.mockImplementation(() => ms);
    await reading.read();
  }
  now.mock.restore();
  assert.deepEqual(told, [1, 3, 4]);
});

test("a card that leaves and returns during a read starts no second one", async () => {
  /** @type {Array<(response: any) => void>} */
  const waiting = [];
  const reading = new Reading("key", () => new Promise((resolve) => waiting.push(resolve)));
  reading.subscribe(() => undefined)();
  const end = reading.subscribe(() => undefined);
  assert.equal(waiting.length, 1);
  const body = { revision: "a", grid: answer.grid, trials: [], begun: [], next: 0, more: false };
  waiting[0]({ ok: true, json: () => body });
  await settled();
  mock.timers.tick(2000);
  assert.equal(waiting.length, 2);
  end();
});

test("a sweep is forgotten some minutes after its last card", () => {
  const reading = readingOf("kept");
  reading.isReading = true;
  const end = reading.subscribe(() => undefined);
  end();
  mock.timers.tick(60_000);
  reading.subscribe(() => undefined);
  mock.timers.tick(600_000);
  assert.equal(readingOf("kept"), reading);
  for (const listener of [...reading.listeners]) reading.listeners.delete(listener);
  reading.subscribe(() => undefined)();
  mock.timers.tick(600_000);
  assert.notEqual(readingOf("kept"), reading);
});

test("a trial that cannot be read is read again after some seconds, and not at once", async () => {
  const trial = /** @type {any} */ ({ id: "0123456789ab" });
  let asked = 0;
  /** @type {unknown[]} */
  const seen = [];
  const details = new Details(
    () => seen.push(details.of("key", trial)),
    () => Promise.resolve(/** @type {any} */ ({ ok: ++asked > 1, json: () => ({ map: null }) })),
  );
  assert.equal(details.of("key", trial), undefined);
  await settled();
  assert.deepEqual([asked, seen], [1, [null]]);
  mock.timers.tick(5000);
  await settled();
  assert.deepEqual([asked, seen], [2, [null, null, { map: null }]]);
  // With a new result it is another object.
  assert.equal(details.of("key", { ...trial }), undefined);
});
