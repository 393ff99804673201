/** The kind of routing in which a gate computes or skips a residual layer; see routings.js. */
import { added, affine, relu, softmax } from "./forward.js";
import { chained } from "./network.js";
import { layer, withInput } from "./routed_layers.js";

/** @type {import("./routings.js").Kind} */
export const skip = {
  needs: () => [
    ["hidden", "units"],
    ["gate", 1],
    ["residual", "units"],
    ["output", "classes"],
  ],
  chains: () => [["hidden", "output"]],
  pass(net, x) {
    const hidden = relu(affine(layer(net, "hidden"), x));
    const [value] = affine(layer(net, "gate"), hidden);
    const decision = 1 / (1 + Math.exp(-value));
    const computed = Number(decision > 0.5);
    const read = computed ? added(hidden, relu(affine(layer(net, "residual"), hidden))) : hidden;
    return {
      shares: Float32Array.of(computed, 1 - computed),
      decision,
      probs: softmax(affine(layer(net, "output"), read)),
    };
  },
  chain(net, x, { shares: [computed] }) {
    const [first, residual, output] = ["hidden", "residual", "output"].map((name) =>
      layer(net, name),
    );
    if (!computed) return chained(first, output);
    // A unit of the residual layer that is above 0 for this image is linear in the hidden units.
    const open = relu(affine(residual, relu(affine(first, x))));
    const { rows, cols } = output;
    const weights = Float32Array.from(output.weights);
    const biases = Float32Array.from(output.biases);
    for (let k = 0; k < rows; k++) {
      for (let via = 0; via < cols; via++) {
        const out = output.weights[k * cols + via];
        if (!open[via] || !out) continue;
        biases[k] += out * residual.biases[via];
        for (let unit = 0; unit < cols; unit++) {
          weights[k * cols + unit] += out * residual.weights[via * cols + unit];
        }
      }
    }
    return chained(first, {
      ...output,
      mask: Uint8Array.from(weights, (weight) => Number(weight !== 0)),
      weights,
      biases,
    });
  },
  work(net, x, { shares: [computed] }) {
    const hidden = relu(affine(layer(net, "hidden"), x));
    const always = [withInput(net, "hidden", x), withInput(net, "gate", hidden)];
    if (!computed) return [...always, withInput(net, "output", hidden)];
    const read = added(hidden, relu(affine(layer(net, "residual"), hidden)));
    return [...always, withInput(net, "residual", hidden), withInput(net, "output", read)];
  },
};
