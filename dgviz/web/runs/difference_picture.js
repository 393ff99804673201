/** The picture of two networks of one shape: a connection is active in both, in one, or in neither. */

import { pack } from "../core/colours.js";
import { masksAt, orderUnits } from "../core/gates.js";
import { CellPicture } from "../kit/cell_picture.js";

/** Kinds of connections. Bit 0: active in the first network; bit 1: active in the second. */
export const [NEITHER, ONLY_FIRST, ONLY_SECOND, BOTH] = [0, 1, 2, 3];

/**
 * @typedef {import("../kit/cell_picture.js").CellState & Other} State
 * @typedef {{other: import("../core/gates.js").Snapshot, otherTau: number}} Other network
 */

/** Shows the first layer of both snapshots. @extends {CellPicture<State>} */
export class DifferencePicture extends CellPicture {
  constructor() {
    super();
    /** number of connections of each kind */
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
    const palette = [0, pack(theme.tau), pack(theme.unused), pack(theme.active)];
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
