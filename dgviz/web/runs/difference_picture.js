/** The picture of what two nets of one shape keep: both of them, only one, or neither. */
import { CellPicture } from "../kit/cell_picture.js";
import { pack } from "../core/colours.js";
import { cutoff, orderUnits } from "../core/gates.js";

/** What a connection is: bit 0, the first net keeps it; bit 1, the second does. */
export const [NEITHER, ONLY_FIRST, ONLY_SECOND, BOTH] = [0, 1, 2, 3];

/**
 * @typedef {import("../kit/cell_picture.js").CellState & Other} State
 * @typedef {{other: import("../core/gates.js").Frame, otherTau: number}} Other net to compare with
 */

/** Of the first layer of both frames. @extends {CellPicture<State>} */
export class DifferencePicture extends CellPicture {
  constructor() {
    super();
    /** how many connections are of each kind */
    this.counts = [0, 0, 0, 0];
  }

  /** @param {State} state */
  wishFor({ frame, other, tau, otherTau, theme }) {
    return [frame, other, cutoff(tau), cutoff(otherTau), theme.id, this.by];
  }

  /** @param {State} state */
  paint({ frame, other, tau, otherTau, theme }) {
    const [cut, otherCut] = [cutoff(tau), cutoff(otherTau)];
    const { bytes: first, cols } = frame.layers[0];
    const { bytes: second } = other.layers[0];
    const palette = [0, pack(theme.tau), pack(theme.pruned), pack(theme.kept)];
    const counts = new Uint32Array(4);
    this.order = orderUnits(frame, tau, this.by);
    for (let row = 0, to = 0; row < this.order.length; row++) {
      const start = this.order[row] * cols;
      for (let i = start; i < start + cols; i++) {
        const kind = (first[i] > cut ? ONLY_FIRST : 0) | (second[i] > otherCut ? ONLY_SECOND : 0);
        counts[kind]++;
        this.words[to++] = palette[kind];
      }
    }
    this.counts = [...counts];
  }
}
