/** The browser and Python compute the same for each image that a network routes. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { snapshotFrom } from "../../dgviz/web/core/gates.js";
import { parse } from "../../dgviz/web/core/safetensors.js";
import { Store } from "../../dgviz/web/core/store.js";
import {
  emptyText,
  ONE_ROUTE,
  routeCaption,
  routeKey,
  toggleUnit,
} from "../../dgviz/web/pixels/chosen_route.js";
import { pathTo, SHORTCUT } from "../../dgviz/web/pixels/digit_path.js";
import { macText, partLabel, partName, pathText } from "../../dgviz/web/pixels/digit_text.js";
import { evidenceOf } from "../../dgviz/web/pixels/evidence.js";
import { forward, softmax } from "../../dgviz/web/pixels/forward.js";
import { netOf } from "../../dgviz/web/pixels/network.js";
import * as pin from "../../dgviz/web/pixels/pin.js";
import { routeText, searchedText, takenText } from "../../dgviz/web/pixels/route_text.js";
import { isUnscaled, modelOf } from "../../dgviz/web/pixels/routed.js";
import { ofDigit } from "../../dgviz/web/pixels/shown_route.js";
import { blobOf } from "./blobs.js";
import { assertClose, golden } from "./golden.js";

const TAU = 0.5;

/** A store with a network of the golden file. */
function storeOf({ layers, shapes, mask_bits: bits, weights, biases, routes, image_shape: shape }) {
  const masks = bits.map((mask, i) => [
    `masks.${i}`,
    { data: Uint8Array.from(mask), shape: [mask.length] },
  ]);
  const routing = {
    routes,
    by_class: [routes.map(() => 0.5)],
    mean: routes.map(() => 0),
    images: 1,
  };
  const meta = { layers, shapes, tau: TAU, prunes: false, routing };
  const values = (all) => all.map((flat) => ({ data: Float32Array.from(flat) }));
  return Object.assign(new Store(), {
    gates: snapshotFrom(parse(blobOf(Object.fromEntries(masks), meta).buffer), meta),
    weights: { meta: { step: 1 }, layers: values(weights), biases: values(biases) },
    facts: { image_shape: shape, classes: ["0", "1", "2", "3"], alwaysZero: new Uint8Array(16) },
  });
}

/** The same network, of which nothing is cached. */
const copyOf = (store) => Object.assign(new Store(), store, { weights: { ...store.weights } });

const NETWORKS = golden("routed").networks.map((network) => ({
  network,
  routing: network,
  store: storeOf(network),
  inputs: network.images.map((image) => Float32Array.from(image, (byte) => byte / 255)),
}));
const BY_KIND = Object.fromEntries(NETWORKS.map((one) => [one.network.kind, one]));

/** Checks each network for each of its images. */
const everywhere = (name, check) =>
  test(name, () => {
    for (const one of NETWORKS) {
      const model = modelOf(one.store, TAU, one.routing);
      one.inputs.forEach((x, i) => check({ ...one, model, x, i, kind: one.network.kind }));
    }
  });

test("each kind of routing is checked, with images that take different routes", () => {
  assert.deepEqual(Object.keys(BY_KIND), ["mixture", "top", "switch", "skip", "mix"]);
  for (const { network } of NETWORKS) {
    assert.ok(new Set(network.shares.map(String)).size > 1, network.kind);
  }
});

everywhere("shares, probabilities and multiplications are the same", ({ model, x, i, network }) => {
  const { probs, macs, routes } = model.explain(x, null);
  assertClose(routes.shares, network.shares[i], `${network.kind} shares`);
  assertClose(probs, network.probabilities[i], `${network.kind} probabilities`);
  assertClose(model.probs(x), network.probabilities[i], "those without an explanation");
  assert.deepEqual(macs, {
    dense: network.total,
    active: network.macs[i],
    taken: network.macs_with_ink[i],
  });
});

everywhere("the chain of an image gives its logits", ({ model, x, kind }) => {
  const { net, output, probs } = model.explain(x, null);
  if (kind !== "mixture") assertClose(softmax(output.logits), [...probs], kind);
  for (let k = 0; k < net.classes; k++) {
    const path = pathTo(net, x, output, k, 16);
    const sum = path.plus - path.minus + path.bias;
    assertClose([sum], [path.logit], `${kind}, logit of ${k}`);
    assert.equal(path.isDirect, kind === "switch");
    assert.equal(path.strongest.length, Math.min(8, path.contributing + Number(path.isDirect)));
  }
});

everywhere("an expert of a mixture is explained by its own logits", ({ model, x, i, kind }) => {
  if (kind !== "mixture") return;
  const sums = new Float32Array(4);
  BY_KIND.mixture.network.routes.forEach((_, route) => {
    const { output, routes } = model.explain(x, route);
    assert.deepEqual([routes.route, routes.isAlone], [route, true]);
    softmax(output.logits).forEach((prob, k) => (sums[k] += routes.shares[route] * prob));
  });
  assertClose(sums, BY_KIND.mixture.network.probabilities[i], "the mean of the experts");
});

everywhere("units have their place in the network", ({ model, x, kind }) => {
  const { net, routes } = model.explain(x, null);
  const places = Array.from({ length: net.units }, (_, unit) => net.placeOf(unit));
  const width = places.length / (kind === "top" ? 2 : 1);
  places.forEach(({ unit, route, of }, at) => {
    assert.equal(unit, at % width);
    if (["skip", "mix"].includes(kind)) assert.deepEqual([route, of], [null, ""]);
    else assert.ok(routes.shares[route] > 0);
    assert.equal(of, kind === "top" ? routes.names[route] : "");
  });
});

test("the layers of one route are a chain, and its evidence is the same", () => {
  for (const { store, routing, network } of NETWORKS) {
    pin.set("route", null);
    const part = ONE_ROUTE.part(store, { routing });
    const { classes, isDirect } = evidenceOf(part, TAU);
    assert.equal(isDirect, network.kind === "switch");
    classes.forEach((values, k) => {
      assertClose(values, network.alone[k], `${network.kind}, class ${k}`);
    });
    const again = ONE_ROUTE.part(store, { routing });
    assert.equal(netOf(again, TAU), netOf(part, TAU));
  }
});

test("another route has other layers, and a route that is not there is the last", () => {
  const { store, routing } = BY_KIND.mix;
  const namesAt = (route) => {
    pin.set("route", route);
    return ONE_ROUTE.part(store, { routing }).gates.layers.map(({ name }) => name);
  };
  assert.deepEqual(namesAt(3), ["kernel 3", "output"]);
  assert.match(routeCaption({ store, data: { routing } })[0], /^Shown is kernel 3 with/);
  assert.deepEqual(routeCaption({ store, data: {} }), []);
  assert.deepEqual(namesAt(99), ["kernel 4", "output"]);
  assert.notEqual(routeKey({ data: { run: "a", routing } }), "a,");
  assert.equal(routeKey({ data: { run: "a", routing: null } }), "a,");
  pin.set("route", null);
});

test("without a pinned route the cards show the digit’s, and a unit is pinned with its route", () => {
  const { store, routing } = BY_KIND.mixture;
  const card = { store, data: { routing } };
  const shown = () => ONE_ROUTE.part(store, { routing }).gates.layers[0].name;
  const names = BY_KIND.mixture.network.routes;
  assert.equal(shown(), names[0]);
  let told = 0;
  const stop = ONE_ROUTE.shared.route(() => told++);
  ofDigit.set("route", 2);
  assert.deepEqual([shown(), told], [names[1], 1]);
  toggleUnit(card, 3);
  ofDigit.set("route", 1);
  assert.deepEqual([pin.get("unit"), pin.get("route"), shown()], [3, 2, names[1]]);
  toggleUnit(card, 3);
  assert.deepEqual([pin.get("unit"), pin.get("route")], [null, 2]);
  pin.set("route", null);
  assert.equal(shown(), names[0]);
  stop();

  toggleUnit({ store: BY_KIND.skip.store, data: BY_KIND.skip }, 3);
  assert.equal(pin.get("route"), null, "there is none to choose");
  pin.set("unit", null);
  ofDigit.set("route", null);
});

test("a chain is explained as before", () => {
  const { store, routing } = BY_KIND.skip;
  const chain = ONE_ROUTE.part(store, { routing });
  assert.equal(ONE_ROUTE.part(chain, { routing: null }), chain);
  const [x] = BY_KIND.skip.inputs;
  const { net, probs, macs, routes } = modelOf(chain, TAU, null).explain(x, null);
  assert.deepEqual([...probs], [...forward(net, x).probs]);
  assert.equal(macs.dense, macs.active);
  assert.equal(routes, null);
  assert.equal(modelOf(copyOf(store), TAU, null), null);
});

test("a snapshot without the layers of its method is not drawn, and says so", () => {
  for (const { store, routing } of NETWORKS) {
    const { gates, weights } = store;
    const last = gates.layers.length - 1;
    const renamed = gates.layers.map((layer, i) => (i === last ? { ...layer, name: "x" } : layer));
    const damaged = [
      { ...store, gates: { ...gates, layers: renamed } },
      { ...store, gates: { ...gates, meta: { ...gates.meta, routing: undefined } } },
      { ...store, weights: { ...weights, layers: weights.layers.slice(1) } },
    ].map((fields) => Object.assign(new Store(), fields));
    for (const one of damaged) {
      assert.equal(modelOf(one, TAU, routing), null);
      assert.match(emptyText({ store: one }, ""), /not those of the run’s method/);
    }
    assert.equal(modelOf(copyOf(store), TAU, { ...routing, kind: "unknown" }), null);
  }
});

test("a network that has diverged is drawn, and says so", () => {
  for (const { store, routing, inputs } of NETWORKS) {
    const { layers, biases } = store.weights;
    const lost = layers.map(({ data }) => ({ data: data.map(() => NaN) }));
    const diverged = Object.assign(new Store(), store, { weights: { layers: lost, biases } });
    const { net, output, routes } = modelOf(diverged, TAU, routing).explain(inputs[0], null);
    assert.equal(pathTo(net, inputs[0], output, 0, 16).k, 0);
    assert.match(takenText(routing, routes, false), /^The network has diverged/);
  }
});

test("an attention without its temperature is drawn, and the text says so", () => {
  const { store, routing, inputs } = BY_KIND.mix;
  const layers = store.gates.layers.map((layer) => ({
    ...layer,
    name: layer.name === "scaled attention" ? "attention" : layer.name,
  }));
  const earlier = Object.assign(new Store(), store, { gates: { ...store.gates, layers } });
  const { routes } = modelOf(earlier, TAU, routing).explain(inputs[0], null);
  assert.ok(isUnscaled(earlier.gates) && !isUnscaled(store.gates));
  assert.match(takenText(routing, routes, true), /without the temperature of the attention/);
  assert.doesNotMatch(takenText(routing, routes, false), /temperature/);
});

test("the texts name the routes and their shares", () => {
  const texts = Object.fromEntries(
    NETWORKS.map(({ store, routing, inputs }) => [
      routing.kind,
      inputs.map((x) =>
        takenText(routing, modelOf(store, TAU, routing).explain(x, null).routes, false),
      ),
    ]),
  );
  assert.match(texts.top[0], /^The router chose expert \d \(\d+%\) and expert \d \(\d+%\)\./);
  assert.match(
    texts.switch[0],
    /^The router chose expert \d\. .* probability, \d+%, and the short/,
  );
  assert.match(texts.mixture[0], /shows expert \d alone, which has a share of \d+%/);
  assert.match(texts.mix[0], /the kernels are multiplied by their shares/);
  for (const word of ["computed", "skipped"]) {
    assert.ok(texts.skip.some((text) => text.startsWith(`The residual layer is ${word}`)));
  }
  const { routing: skips } = BY_KIND.skip;
  const near = { names: ["computed", "skipped"], shares: [0, 1], decision: 0.49999, route: 1 };
  assert.match(takenText(skips, near, false), /its gate is 49\.9%, not above 50%/);
  const { routing: chooses } = BY_KIND.top;
  assert.match(
    takenText(chooses, { names: ["expert 1"], shares: [1], decision: null, route: 0 }, false),
    /^The router chose expert 1\.$/,
  );
  assert.match(routeText(chooses, "expert 2"), /^Shown is expert 2 alone\./);
  assert.match(searchedText(chooses), /those that take another expert/);
  assert.equal(searchedText(BY_KIND.mix.routing), "");
  assert.equal(searchedText(null), "");
});

test("units of several routes and the shortcut have names", () => {
  const place = { unit: 5, route: 1, of: "expert 2" };
  assert.deepEqual(
    [partName(place), partLabel(place, false), partLabel(place, true)],
    ["unit 5 of expert 2", "expert 2 · 5", "2 · 5"],
  );
  assert.deepEqual([partName(null), partLabel(null, false)], ["the shortcut", "shortcut"]);
  const { store, routing, inputs } = BY_KIND.switch;
  const { net, output } = modelOf(store, TAU, routing).explain(inputs[0], null);
  const path = pathTo(net, inputs[0], output, 0, 16);
  assert.ok(path.strongest.some(({ unit, place: at }) => unit === SHORTCUT && at === null));
  assert.match(pathText(path, "0"), /units? and the shortcut account for all of the evidence/);
  assert.equal(
    macText({ dense: 400, active: 200, taken: 50 }, false, true)[0],
    "The network computes 200 multiplications for this image. It needs 50 of them (25%): an input of " +
      "0 needs none. All layers together have 400 weights.",
  );
});
