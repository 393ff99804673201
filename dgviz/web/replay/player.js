/** Plays a run's recorded snapshots, each for the same time, at a speed that the reader chooses. */

/** Duration of a whole run at speed 1. */
const WHOLE_RUN_SECONDS = 60;
/** The most time that one tick adds: a tab that was hidden must not jump ahead. */
const LONGEST_TICK_MS = 250;

export class Player {
  /**
   * @param {() => ?import("../core/replay.js").Replay} replayNow
   * @param {() => void} changed called when playing starts or stops
   */
  constructor(replayNow, changed) {
    this.replayNow = replayNow;
    this.changed = changed;
    this.speed = 10;
    this.frame = 0;
    // Position in snapshots, and time of the last tick.
    this.position = 0;
    this.lastTick = 0;
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
    this.lastTick = performance.now();
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
    const passed = Math.min(LONGEST_TICK_MS, Math.max(0, now - this.lastTick));
    this.lastTick = now;
    // Wait for each snapshot: a slow network must not skip any.
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
