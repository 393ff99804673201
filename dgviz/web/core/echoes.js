/**
 * Recognises values that a card sent to Python when they come back with the data of a rerun. On a
 * busy server several are under way, and an old one must not undo what the reader has done since.
 * @template T
 */
export class Echoes {
  /** @type {T[]} values that have not come back yet, in order */
  #sent = [];

  /** Records a value that is sent. @param {T} value */
  add(value) {
    this.#sent.push(value);
  }

  /**
   * Whether a value was sent by the card. A rerun may skip earlier values: they never come back.
   * @param {T} value @returns {boolean}
   */
  isEcho(value) {
    const at = this.#sent.indexOf(value);
    this.#sent.splice(0, at + 1);
    return at >= 0;
  }
}
