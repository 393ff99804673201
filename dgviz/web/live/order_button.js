/** A button that gives a run an order, where that makes sense. */
import { allow, el, mark, onPress, say } from "../kit/dom.js";
import { mainOrder, ORDERS, standing } from "./orders.js";

/** A second press this soon after the button has changed its meaning meant the one before. */
const DOUBLE_TAP_MS = 600;

/**
 * @param {import("../kit/mounting.js").Card} card with {phase, resumable} in its data; the order is
 *   set off as a trigger of that name
 * @param {(run: import("./orders.js").Standing) => string} orderNow what it asks for now
 * @param {{patience?: number, given?: () => void}} [more] patience: milliseconds for which it does
 *   not listen after an order; given: called after each
 */
export function orderButton(card, orderNow, { patience = 0, given = () => {} } = {}) {
  const node = el("button", { type: "button" });
  let order = "";
  let deaf = 0;

  onPress(node, () => {
    // First of all: the run may have changed since the button was drawn.
    card.component.setTriggerValue(order, true);
    if (patience) ignoreFor(patience);
    draw();
    given();
  });

  /** @param {number} ms */
  function ignoreFor(ms) {
    clearTimeout(deaf);
    deaf = setTimeout(() => {
      deaf = 0;
      draw();
    }, ms);
  }

  function draw() {
    const run = standing(card);
    const next = orderNow(run);
    if (order && next !== order) ignoreFor(DOUBLE_TAP_MS);
    order = next;
    say(node, ORDERS[order].label);
    mark(node, "title", ORDERS[order].help);
    mark(node, "data-main", order === mainOrder(run));
    allow(node, !deaf && ORDERS[order].possible(run));
  }

  function dispose() {
    clearTimeout(deaf);
    // A card that comes back is drawn by the same button.
    deaf = 0;
  }
  return { node, draw, dispose };
}
