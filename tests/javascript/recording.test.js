import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Recording } from "../../dgviz/web/core/recording.js";
import { blobOf } from "./blobs.js";

/** A snapshot of `units` x `units`, as HTTP delivers it. */
function blob(name, units) {
  const [channel, step] = name.split("/");
  const size = units ** 2;
  const tensors =
    channel === "weights"
      ? { "weights.0": { data: new Uint16Array(size), shape: [units, units] } }
      : { "masks.0": { data: new Uint8Array(Math.ceil(size / 8)), shape: [Math.ceil(size / 8)] } };
  return blobOf(tensors, { channel, step: Number(step), shapes: [[units, units]] });
}

/** The server's answers, and the names of the requested, waiting and cancelled snapshots. */
let server;
let recording;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  server = {
    answer: (name) => new Response(blob(name, 10)),
    asked: [],
    waiting: [],
    cancelled: [],
  };
  globalThis.fetch = (name, { signal }) =>
    new Promise((resolve, reject) => {
      server.asked.push(name);
      signal.addEventListener("abort", () => {
        server.cancelled.push(name);
        reject(signal.reason);
      });
      server.waiting.push({
        name,
        end: () => {
          const answer = server.answer(name);
          if (answer) resolve(answer);
          else reject(new TypeError("Failed to fetch"));
        },
      });
    });
});

afterEach(() => {
  recording?.close();
  mock.timers.reset();
});

/** Waits until all promises that can settle have done so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Answers all requests, and those that follow, until there are none. */
async function answerAll() {
  await settled();
  for (let rounds = 0; server.waiting.length; rounds++) {
    assert.ok(rounds < 100, "the requests do not end");
    for (const { end } of server.waiting.splice(0)) end();
    await settled();
  }
}

const snapshots = (n) => Array.from({ length: n }, (_, i) => [`gates/${i}`, `weights/${i}`]).flat();

/** Bytes of all snapshots in memory, decoded copies included. */
function bytesInMemory() {
  let sum = 0;
  for (const [name, snapshot] of recording.snapshots) {
    for (const layer of snapshot.layers) {
      sum += name.startsWith("gates")
        ? layer.mask.length + layer.mask.length / 8
        : layer.raw.byteLength + layer.data.byteLength;
    }
  }
  return sum;
}

test("all snapshots are fetched, the most urgent first, a few at a time", async () => {
  recording = new Recording(
    (name) => name,
    () => {},
  );
  recording.want(snapshots(6));
  assert.deepEqual(server.asked, ["gates/0", "weights/0", "gates/1", "weights/1"]);
  await answerAll();
  assert.deepEqual(server.asked, snapshots(6));
  assert.equal(recording.get("gates/5").meta.step, 5);
});

test("memory is bounded from the first answers on, decoded copies included", async () => {
  server.answer = (name) => new Response(blob(name, 100));
  // A snapshot takes 11,250 bytes of masks and 60,000 of weights, of which 10,000 and 40,000 are decoded.
  recording = new Recording(
    (name) => name,
    () => assert.ok(bytesInMemory() <= 250_000),
    250_000,
  );
  recording.want(snapshots(40));
  await answerAll();
  assert.equal(server.asked.length, recording.snapshots.size);
  assert.deepEqual([...recording.snapshots.keys()], snapshots(40).slice(0, 7));
});

test("memory stays bounded when the playhead moves", async () => {
  server.answer = (name) => new Response(blob(name, 100));
  recording = new Recording(
    (name) => name,
    () => assert.ok(bytesInMemory() <= 250_000),
    250_000,
  );
  recording.want(snapshots(40));
  await answerAll();
  recording.want(snapshots(40).slice(20));
  await answerAll();
  assert.deepEqual([...recording.snapshots.keys()], snapshots(40).slice(20, 27));
});

test("requests for snapshots that do not fit are cancelled once the size is known", async () => {
  server.answer = (name) => new Response(blob(name, 100));
  recording = new Recording(
    (name) => name,
    () => {},
    75_000,
  );
  recording.want(snapshots(40));
  await settled();
  for (const { name, end } of server.waiting.splice(0)) if (name.endsWith("/0")) end();
  await settled();
  // The last request was made when the size of gates was known, but not that of weights.
  assert.deepEqual(server.cancelled, ["gates/1", "weights/1", "gates/2"]);
  assert.deepEqual(server.asked, snapshots(3).slice(0, 5));
  assert.deepEqual([...recording.snapshots.keys()], ["gates/0", "weights/0"]);
});

test("the snapshot that is drawn is kept whatever its size", async () => {
  recording = new Recording(
    (name) => name,
    () => {},
    10,
  );
  recording.want(snapshots(3));
  await answerAll();
  assert.deepEqual([...recording.snapshots.keys()], ["gates/0", "weights/0"]);
});

test("a request that is no longer wanted is cancelled, and not repeated", async () => {
  recording = new Recording(
    (name) => name,
    () => {},
  );
  server.answer = () => null;
  recording.want(["gates/1", "gates/2"]);
  await answerAll();
  recording.want(["gates/7"]);
  server.answer = (name) => new Response(blob(name, 10));
  mock.timers.tick(1000);
  await answerAll();
  assert.deepEqual(server.asked, ["gates/1", "gates/2", "gates/7"]);
  assert.equal(recording.problem, "");
});

test("a cancelled request is repeated if it is wanted again", async () => {
  recording = new Recording(
    (name) => name,
    () => {},
  );
  recording.want(["gates/1"]);
  recording.want(["gates/2"]);
  recording.want(["gates/1"]);
  await answerAll();
  assert.deepEqual([...recording.snapshots.keys()], ["gates/1"]);
});

test("after a refusal the problem is the server's message, and no request is repeated", async () => {
  server.answer = () => Response.json({ message: "The key is old." }, { status: 403 });
  recording = new Recording(
    (name) => name,
    () => {},
  );
  recording.want(snapshots(40));
  await answerAll();
  mock.timers.tick(60_000);
  recording.want(snapshots(20));
  await answerAll();
  assert.equal(server.asked.length, 4);
  assert.equal(recording.problem, "The key is old.");
  assert.equal(recording.refused, true);
});

test("a deleted run is reported, and none of its snapshots is called damaged", async () => {
  server.answer = () => Response.json({ message: "There is no such run." }, { status: 410 });
  recording = new Recording(
    (name) => name,
    () => {},
  );
  recording.want(snapshots(40));
  await answerAll();
  assert.equal(server.asked.length, 4);
  assert.equal(recording.problem, "There is no such run.");
  assert.deepEqual([recording.refused, recording.damaged.size], [true, 0]);
});

test("a refusal without a message, as by a proxy, is reported as well", async () => {
  server.answer = () => new Response("<h1>Unauthorized</h1>", { status: 401 });
  recording = new Recording(
    (name) => name,
    () => {},
  );
  recording.want(["gates/1"]);
  await answerAll();
  assert.match(recording.problem, /refuses.*401/);
});

test("requests to a server that does not answer are repeated less and less often", async () => {
  for (const answer of [() => null, () => new Response("", { status: 502 })]) {
    server.asked = [];
    server.answer = answer;
    recording = new Recording(
      (name) => name,
      () => {},
    );
    recording.want(["gates/1"]);
    for (const [seconds, asked] of [
      [1, 2],
      [1, 2],
      [1, 3],
      [3, 3],
      [1, 4],
    ]) {
      await answerAll();
      mock.timers.tick(1000 * seconds);
      await settled();
      assert.equal(server.asked.length, asked);
    }
    assert.match(recording.problem, /Trying again/);
    server.answer = (name) => new Response(blob(name, 10));
    await answerAll();
    assert.equal(recording.problem, "");
    assert.ok(recording.get("gates/1"));
    recording.close();
  }
});

test("a damaged snapshot is recorded as such, and not requested again", async () => {
  server.answer = (name) =>
    name === "gates/1"
      ? Response.json({ message: "It is damaged." }, { status: 404 })
      : new Response("no blob");
  recording = new Recording(
    (name) => name,
    () => {},
  );
  recording.want(["gates/1", "gates/2"]);
  await answerAll();
  recording.want(["gates/2", "gates/1"]);
  await answerAll();
  assert.deepEqual([...recording.damaged].toSorted(), ["gates/1", "gates/2"]);
  assert.equal(server.asked.length, 2);
});

test("a closed recording requests and receives nothing", async () => {
  let changes = 0;
  recording = new Recording(
    (name) => name,
    () => (changes += 1),
  );
  recording.want(snapshots(40));
  recording.close();
  await answerAll();
  assert.deepEqual([server.asked.length, recording.snapshots.size, changes], [4, 0, 0]);
});

test("a closed page, which has no timers, requests nothing again", async () => {
  server.answer = () => undefined;
  mock.method(globalThis, "setTimeout", () => 0);
  recording = new Recording(
    (name) => name,
    () => {},
  );
  recording.want(snapshots(10));
  await answerAll();
  mock.restoreAll();
  assert.ok(server.asked.length <= 4, `${server.asked.length} requests`);
});
