/**
 * What a card has told Python comes back with the data of the next rerun. On a busy server several
 * are on their way at once, and an old one must not undo what the reader has done since.
 * @template T
 */
export class Echoes {
  /** @type {T[]} told, and not come back yet, in order */
  #told = [];

  /** Notes what is told. @param {T} value */
  tell(value) {
    this.#told.push(value);
  }

  /**
   * Whether a value is one that was told. A rerun may leave out earlier ones: they come no more.
   * @param {T} value @returns {boolean}
   */
  hears(value) {
    const at = this.#told.indexOf(value);
    this.#told.splice(0, at + 1);
    return at >= 0;
  }
}
