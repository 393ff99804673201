/** The picture of what two nets of one shape keep: both of them, only one, or neither. */

import { pack } from "../core/colours.js";
import { masksAt, orderUnits } from "../core/gates.js";
import { CellPicture } from "../kit/cell_picture.js";

/** What a connection is: bit 0, the first net keeps it; bit 1, the second does. */
export const [NEITHER, ONLY_FIRST, ONLY_SECOND, BOTH] = [0, 1, 2, 3];

/**
 * @typedef {import("../kit/cell_picture.js").CellState & Other} State
 * @typedef {{other: import("../core/gates.js").Snapshot, otherTau: number}} Other net to compare with
 */

/** Of the first layer of both snapshots. @extends {CellPicture<State>} */
export class DifferencePicture extends CellPicture {
  constructor() {
    super();
    /** how many connections are of each kind */
    this.counts = [0, 0, 0, 0];
  }

  /** @param {State} state */
  inputsOf({ snapshot, other, tau, otherTau, theme }) {
    return [masksAt(snapshot, tau)[0], masksAt(other, otherTau)[0], theme.id, this.by];
  }

  /** @param {State} state */
  paint({ snapshot, other, tau, otherTau, theme }) {
    const { cols } = snapshot.layers[0];
    const [[first], [second]] = [masksAt(snapshot, tau), masksAt(other, otherTau)];
    const palette = [0, pack(theme.tau), pack(theme.pruned), pack(theme.active)];
    const counts = new Uint32Array(4);
    this.order = orderUnits(snapshot, tau, this.by);
    for (let row = 0, to = 0; row < this.order.length; row++) {
      const start = this.order[row] * cols;
      for (let i = start; i < start + cols; i++) {
        const kind = (first[i] ? ONLY_FIRST : 0) | (second[i] ? ONLY_SECOND : 0);
        counts[kind]++;
        this.words[to++] = palette[kind];
      }
    }
    this.counts = [...counts];
  }
}
