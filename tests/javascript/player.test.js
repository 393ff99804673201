import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Player } from "../../dgviz/web/replay/player.js";

let frame;
let changes;
let replay;
let player;

beforeEach((t) => {
  t.mock.method(performance, "now", () => 0);
  frame = null;
  changes = 0;
  globalThis.requestAnimationFrame = (draw) => {
    frame = draw;
    return 1;
  };
  globalThis.cancelAnimationFrame = () => {
    frame = null;
  };
  replay = {
    steps: Array.from({ length: 60 }, (_, i) => 10 * i),
    index: 59,
    waiting: false,
    refused: false,
    get atEnd() {
      return this.index >= 59;
    },
    seek(index) {
      this.index = index;
    },
  };
  player = new Player(
    () => replay,
    () => (changes += 1),
  );
  // Sixty snapshots in six seconds: one in a tenth of a second.
  player.speed = 10;
});

const tick = (ms) => frame(ms);

test("playing begins at the start if the playhead is at the end, and stops there", () => {
  player.toggle();
  assert.deepEqual([player.playing, replay.index, changes], [true, 0, 1]);
  tick(100);
  tick(350);
  assert.equal(replay.index, 3);
  replay.index = 58;
  player.position = 58;
  tick(450);
  assert.deepEqual([player.playing, replay.index, changes], [false, 59, 2]);
});

test("playing continues where the playhead is, and can be stopped", () => {
  replay.index = 20;
  player.toggle();
  tick(100);
  assert.equal(replay.index, 21);
  player.toggle();
  assert.deepEqual([player.playing, frame, changes], [false, null, 2]);
  player.stop();
  assert.equal(changes, 2);
});

test("a tab that was hidden does not jump ahead", () => {
  player.start();
  tick(60_000);
  assert.equal(replay.index, 2);
});

test("playing waits for a snapshot that has not come, and stops if the server refuses them", () => {
  player.start();
  replay.waiting = true;
  tick(200);
  assert.deepEqual([player.playing, replay.index], [true, 0]);
  replay.waiting = false;
  tick(300);
  assert.equal(replay.index, 1);
  replay.refused = true;
  tick(310);
  assert.equal(player.playing, false);
});
