import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { openFeed } from "../../dgviz/web/core/feed.js";
import { blobOf } from "./blobs.js";

/** The sockets that were opened, each with the messages sent on it. */
let sockets;
/** What is drawn in the next animation frame. */
let frames;
let run = 0;

class FakeSocket {
  static OPEN = 1;

  constructor(url) {
    Object.assign(this, { url, readyState: 0, sent: [] });
    sockets.push(this);
  }

  open() {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.readyState = 3;
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  sockets = [];
  frames = [];
  run += 1;
  globalThis.WebSocket = /** @type {any} */ (FakeSocket);
  globalThis.requestAnimationFrame = (draw) => frames.push(draw);
});

const nextFrame = () => {
  for (const draw of frames.splice(0)) draw();
};
const snapshot = () =>
  blobOf(
    { "masks.0": { data: new Uint8Array(1), shape: [1] } },
    { channel: "gates", shapes: [[1, 1]] },
  ).buffer;

/** A feed with one card, and its open socket. */
function connected() {
  const feed = follow("masks");
  mock.timers.tick(100);
  sockets[0].open();
  return { feed, socket: sockets[0] };
}

const follow = (...channels) => openFeed({ run: `run-${run}`, token: "t", channels });
const channelsOf = ({ url }) => url.searchParams.get("channels");

test("the cards of a page share a socket, which requests all their channels", () => {
  follow("masks", "facts");
  follow("masks", "weights");
  mock.timers.tick(100);
  assert.deepEqual(sockets.map(channelsOf), ["facts,masks,weights"]);
});

test("masks are not requested in addition to gates, which contain them", () => {
  follow("masks", "facts");
  follow("gates");
  mock.timers.tick(100);
  assert.deepEqual(sockets.map(channelsOf), ["facts,gates"]);
});

test("changed channels are requested once on the open socket", () => {
  follow("masks");
  const card = follow("masks", "weights");
  mock.timers.tick(100);
  const [socket] = sockets;
  socket.open();
  assert.deepEqual(socket.sent, []);
  card.setChannels(["gates", "weights"]);
  card.setChannels(["gates", "weights"]);
  card.setChannels(["masks", "weights"]);
  assert.deepEqual(socket.sent, ["channels gates,weights", "channels masks,weights"]);
  assert.equal(sockets.length, 1);
});

test("channels that changed while the socket opened are requested afterwards", () => {
  const card = follow("masks");
  mock.timers.tick(100);
  const [socket] = sockets;
  card.setChannels(["gates"]);
  assert.deepEqual(socket.sent, []);
  socket.open();
  assert.deepEqual(socket.sent, ["channels gates"]);
});

test("a later card adds its channels on the open socket, and removes them when it closes", () => {
  follow("masks");
  mock.timers.tick(100);
  const [socket] = sockets;
  socket.open();
  const late = follow("weights");
  mock.timers.tick(100);
  assert.deepEqual(socket.sent, ["channels masks,weights"]);
  late.close();
  mock.timers.tick(1500);
  assert.deepEqual(socket.sent.at(-1), "channels masks");
  assert.equal(sockets.length, 1);
});

test("a new socket requests the channels that are needed by then", () => {
  const card = follow("masks");
  mock.timers.tick(100);
  sockets[0].open();
  card.setChannels(["gates"]);
  sockets[0].onclose({ code: 1006 });
  card.setChannels(["masks"]);
  mock.timers.tick(500);
  assert.deepEqual(sockets.map(channelsOf), ["masks", "masks"]);
});

test("a snapshot is answered after the cards have drawn it, with what came meanwhile", () => {
  const { feed, socket } = connected();
  const drawn = [];
  feed.subscribe((kinds) => drawn.push([kinds.has("gates"), socket.sent.length]));
  socket.onmessage({ data: snapshot() });
  socket.onmessage({ data: snapshot() });
  assert.deepEqual([socket.sent, frames.length, feed.hasChanges], [[], 1, true]);
  nextFrame();
  assert.deepEqual(drawn, [[true, 0]]);
  assert.deepEqual([socket.sent, feed.hasChanges], [["ready", "ready"], false]);
  socket.onmessage({ data: JSON.stringify({ type: "status", phase: "running" }) });
  nextFrame();
  assert.equal(socket.sent.length, 2);
  socket.onmessage({ data: snapshot() });
  nextFrame();
  assert.equal(socket.sent.length, 3);
});

test("a snapshot that cannot be read or drawn is answered as well", (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const { feed, socket } = connected();
  feed.subscribe(() => {
    throw new Error("a card fails");
  });
  socket.onmessage({ data: new ArrayBuffer(3) });
  nextFrame();
  assert.match(feed.store.problem, /^A message from the server could not be read. The snapshot is/);
  assert.equal(logged.mock.callCount(), 1);
  assert.deepEqual(socket.sent, ["ready"]);
});

test("a snapshot of a lost connection is not answered on the next one", () => {
  const { socket } = connected();
  socket.onmessage({ data: snapshot() });
  socket.onclose({ code: 1006 });
  mock.timers.tick(500);
  sockets[1].open();
  nextFrame();
  assert.deepEqual([socket.sent, sockets[1].sent], [[], []]);
});

test("a lost connection is opened again after longer and longer times, until a message comes", () => {
  const { feed } = connected();
  for (const ms of [500, 1000, 2000, 4000, 5000, 5000]) {
    const before = sockets.length;
    sockets.at(-1).onclose({ code: 1006 });
    assert.equal(feed.store.connection, "lost");
    mock.timers.tick(ms - 1);
    assert.equal(sockets.length, before);
    mock.timers.tick(1);
    assert.equal(sockets.length, before + 1);
  }
  sockets.at(-1).onmessage({ data: JSON.stringify({ type: "log", start: 0, entries: [] }) });
  assert.equal(feed.store.connection, "open");
  const before = sockets.length;
  sockets.at(-1).onclose({ code: 1006 });
  mock.timers.tick(500);
  assert.equal(sockets.length, before + 1);
});

test("a refused connection is not opened again, and the reason is the server's last message", () => {
  for (const code of [4403, 4404]) {
    run += 1;
    sockets = [];
    const { feed, socket } = connected();
    socket.onmessage({ data: JSON.stringify({ type: "error", message: "There is no such run." }) });
    socket.onclose({ code });
    const { phase, reason } = feed.store.status;
    assert.deepEqual([phase, reason], ["lost", "There is no such run."]);
    follow("weights");
    mock.timers.tick(60_000);
    assert.equal(sockets.length, 1);
  }
});

test("the socket of a run with a new session is opened again at once, and not called lost", () => {
  const { feed, socket } = connected();
  socket.onmessage({ data: JSON.stringify({ type: "status", phase: "running" }) });
  socket.onclose({ code: 1012 });
  assert.equal(feed.store.connection, "open");
  mock.timers.tick(100);
  assert.equal(sockets.length, 2);
});
