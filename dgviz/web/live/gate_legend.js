/** What the colours of the gate map mean, in each of its three modes. */
import { el, say } from "../kit/dom.js";
import { count, signed } from "../core/format.js";
import { probabilityColours, weightColours } from "../core/gate_drawing.js";
import { cutoff } from "../core/gates.js";
import { ramp, swatch } from "../kit/legend.js";
import { measure } from "../core/measures.js";

export function gateLegend() {
  const [scale, active, closed] = [ramp(), swatch("kept"), swatch("closed")];
  const layer = el("span", {}, "first layer:");
  const node = el("div", { class: "legend" }, scale.node, layer, active.node, closed.node);

  /**
   * @param {import("../kit/mounting.js").Card} card
   * @param {import("./gate_picture.js").GatePicture} picture
   */
  function draw({ store: { gates, weights }, tau, theme }, { mode, scale: end }) {
    if (!gates) return;
    scale.node.hidden = mode === "mask";
    for (const one of [layer, active.node, closed.node]) one.hidden = mode !== "mask";
    if (mode === "mask") {
      const [first] = measure(gates, tau).layers;
      // As wide as it ever gets, so that its neighbour stays where it is.
      active.label.style.minWidth = `${`active ${count(first.total)}`.length}ch`;
      say(active.label, `active ${count(first.active)}`);
      say(closed.label, `closed ${count(first.total - first.active)}`);
    } else if (mode === "probability") {
      scale.show({
        name: "G = σ(gate logit)", low: "0", high: "1", tick: tau,
        colours: probabilityColours(theme, cutoff(tau)).filter((_, q) => q % 4 === 0),
      });
    } else {
      const words = signed(end, end < 0.01 ? 3 : 2);
      scale.show({
        name: weights ? "weight × mask" : "waiting for the first weights",
        low: `−${words}`, high: `+${words}`, colours: weightColours(theme),
      });
    }
  }
  return { node, draw };
}
