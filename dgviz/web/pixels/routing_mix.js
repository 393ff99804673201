/** The kind of routing in which an attention mixes several first layers into one; see routings.js. */
import { affine, relu, softmax } from "./forward.js";
import { chained } from "./network.js";
import { blank, layer, withInput } from "./routed_layers.js";

/** @type {import("./routings.js").Kind} */
export const mix = {
  needs: (routes) => [
    ["attention hidden", "attention units"],
    ["scaled attention", routes.length],
    ...routes.map((route) => /** @type {[string, string]} */ ([route, "units"])),
    ["output", "classes"],
  ],
  chains: (routes) => routes.map((route) => [route, "output"]),
  pass(net, x) {
    const attention = relu(affine(layer(net, "attention hidden"), x));
    const shares = softmax(affine(layer(net, "scaled attention"), attention));
    const hidden = new Float32Array(layer(net, net.routes[0]).rows);
    // For one image it is cheaper to mix the outputs of the kernels than the kernels.
    shares.forEach((share, i) => {
      affine(layer(net, net.routes[i]), x).forEach(
        (value, unit) => (hidden[unit] += share * value),
      );
    });
    return { shares, decision: null, probs: softmax(affine(layer(net, "output"), relu(hidden))) };
  },
  chain(net, _x, { shares }) {
    const kernels = net.routes.map((route) => layer(net, route));
    const mixed = { ...blank(kernels[0].rows, kernels[0].cols), mask: kernels[0].mask };
    kernels.forEach(({ weights, biases }, i) => {
      weights.forEach((value, at) => (mixed.weights[at] += shares[i] * value));
      biases.forEach((value, at) => (mixed.biases[at] += shares[i] * value));
    });
    return chained(mixed, layer(net, "output"));
  },
  work(net, x, pass) {
    const chain = mix.chain(net, x, pass, 0);
    const attention = relu(affine(layer(net, "attention hidden"), x));
    return [
      withInput(net, "attention hidden", x),
      withInput(net, "scaled attention", attention),
      // Each weight of each kernel is multiplied by its share, unless the pixel is 0.
      ...net.routes.map((route) => withInput(net, route, x)),
      [chain.layers[0], x],
      withInput(net, "output", relu(affine(chain.layers[0], x))),
    ];
  },
};
