/** The legend of the connection map, in each of its three modes. */

import { count, signed } from "../core/format.js";
import { probabilityScale, weightColours } from "../core/gate_drawing.js";
import { isDense } from "../core/gates.js";
import { measure } from "../core/measures.js";
import { sideBySide } from "../core/side_by_side.js";
import { el, setText } from "../kit/dom.js";
import { ramp, swatch } from "../kit/legend.js";

/** @param {import("../core/gates.js").Snapshot} gates @param {?Object} weights */
const nameOf = (gates, weights) =>
  weights ? `weight${isDense(gates) ? "" : " × mask"}` : "waiting for the first weights";

export function gateLegend() {
  const [scale, active, closed] = [ramp(), swatch("active"), swatch("closed")];
  const layer = el("span", {}, "first layer:");
  const node = el("div", { class: "legend" }, scale.node, layer, active.node, closed.node);

  /**
   * @param {import("../kit/mounting.js").Card} card
   * @param {import("./gate_picture.js").GatePicture} picture
   */
  function draw({ store: { gates, weights }, tau, theme }, { mode, scale: end }) {
    if (!gates) return;
    const isMask = mode === "mask";
    scale.node.hidden = isMask;
    for (const one of [layer, active.node, closed.node]) one.hidden = !isMask;
    if (isMask) {
      const first = measure(sideBySide(gates).snapshot, tau);
      // A fixed width, so that the next label does not move.
      active.label.style.minWidth = `${`active ${count(first.total)}`.length}ch`;
      setText(active.label, `active ${count(first.active)}`);
      setText(closed.label, `closed ${count(first.total - first.active)}`);
    } else if (mode === "gate") {
      scale.show(probabilityScale(gates, tau, theme));
    } else {
      const limit = signed(end, end < 0.01 ? 3 : 2);
      scale.show({
        name: nameOf(gates, weights),
        low: `−${limit}`,
        high: `+${limit}`,
        colours: weightColours(theme),
      });
    }
  }
  return { node, draw };
}
