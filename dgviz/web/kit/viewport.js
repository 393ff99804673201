/** The visible part of a picture: a window of side `size` (1 = all) with its corner at (x, y). */

export class Viewport {
  x = 0;
  y = 0;
  size = 1;

  reset() {
    this.x = 0;
    this.y = 0;
    this.size = 1;
  }

  get isWhole() {
    return this.size === 1;
  }

  /**
   * Zooms about a point that stays where it is.
   * @param {number} across of the window, in [0, 1] @param {number} down likewise
   * @param {number} factor above 1 to zoom in @param {number} least the smallest size
   */
  zoomAt(across, down, factor, least) {
    const [px, py] = this.toPicture(across, down);
    this.size = Math.min(1, Math.max(least, this.size / factor));
    if (this.size > 0.999) this.size = 1;
    this.moveTo(px - across * this.size, py - down * this.size);
  }

  /** @param {number} across shift, in windows @param {number} down likewise */
  pan(across, down) {
    this.moveTo(this.x - across * this.size, this.y - down * this.size);
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    const most = 1 - this.size;
    this.x = Math.min(most, Math.max(0, x));
    this.y = Math.min(most, Math.max(0, y));
  }

  /**
   * Moves as little as possible to bring a box of the picture into sight.
   * @param {number} left @param {number} top @param {number} width @param {number} height
   */
  reveal(left, top, width, height) {
    this.moveTo(
      Math.min(left, Math.max(this.x, left + width - this.size)),
      Math.min(top, Math.max(this.y, top + height - this.size)),
    );
  }

  /**
   * Converts window to picture coordinates, both in [0, 1].
   * @param {number} across @param {number} down @returns {[number, number]}
   */
  toPicture(across, down) {
    return [this.x + across * this.size, this.y + down * this.size];
  }
}
