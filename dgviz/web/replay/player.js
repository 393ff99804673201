/** Plays a run's recorded snapshots, each as long as any other, at a speed of the reader's choice. */

/** How long a whole run takes at speed 1. */
const WHOLE_RUN_SECONDS = 60;
/** A tab that was hidden does not leap ahead when it comes back. */
const LONGEST_TICK_MS = 250;

export class Player {
  /**
   * @param {() => ?import("../core/replay.js").Replay} replayNow
   * @param {() => void} changed it has begun or has stopped
   */
  constructor(replayNow, changed) {
    this.replayNow = replayNow;
    this.changed = changed;
    this.speed = 10;
    this.frame = 0;
    // Where it is, in snapshots, and the time of the last tick.
    this.position = 0;
    this.before = 0;
  }

  get playing() {
    return this.frame !== 0;
  }

  toggle() {
    if (this.playing) this.stop();
    else this.start();
  }

  start() {
    const replay = this.replayNow();
    if (!replay) return;
    if (replay.atEnd) replay.seek(0);
    this.position = replay.index;
    this.before = performance.now();
    this.frame = requestAnimationFrame((now) => this.tick(now));
    this.changed();
  }

  stop() {
    if (!this.playing) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.changed();
  }

  /** @param {number} now */
  tick(now) {
    const replay = this.replayNow();
    if (!replay) return;
    const passed = Math.min(LONGEST_TICK_MS, Math.max(0, now - this.before));
    this.before = now;
    // What has not come is waited for: nothing is left out because of a slow network.
    if (!replay.waiting) {
      const pace = (replay.steps.length * this.speed) / WHOLE_RUN_SECONDS;
      this.position += (passed / 1000) * pace;
      const index = Math.floor(this.position);
      if (index > replay.index) replay.seek(index);
    }
    if (replay.atEnd || replay.refused) this.stop();
    else this.frame = requestAnimationFrame((later) => this.tick(later));
  }
}
