import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { openFeed } from "../../dgviz/web/core/feed.js";

/** The sockets that were opened, each with the messages sent on it. */
let sockets;
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
  run += 1;
  globalThis.WebSocket = /** @type {any} */ (FakeSocket);
  globalThis.requestAnimationFrame = () => 1;
});

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
