/** The rows of a card with knobs, synchronised with Python, the run and other cards. */

import { plain } from "../core/format.js";
import { lastMove } from "../core/marks.js";
import { sendState } from "../core/telling.js";
import { el, focusedElement, setText } from "../kit/dom.js";
import { calledOf, knobModel } from "./knob_model.js";
import { knobRow } from "./knob_row.js";
import { plannedText } from "./planned_text.js";
import { tauText } from "./tau_text.js";

const ON_RESUME = "Applies on Resume.";

/**
 * @typedef {import("./knob_model.js").Knob} Knob
 *
 * @param {import("../kit/mounting.js").Card} card data: {knobs: Knob[], others: Object[]}; `others` are
 *   knobs that can be moved during a run elsewhere on the page. Sends a moved knob's value by name
 */
export function knobRows(card) {
  /**
   * @type {Map<string, {model: import("./knob_model.js").KnobModel} & ReturnType<typeof knobRow>>}
   */
  const rows = new Map();
  const list = el("div", { class: "knobs-list" });
  const others = el("p", { class: "note" });
  const spoken = el("span", { class: "spoken", role: "status" });
  let isPendingSpoken = false;
  card.root.append(list, others, spoken);

  /** @param {Knob} knob @param {number} value */
  function send({ name, preview }, value) {
    sendState(card.component, name, value);
    if (!preview) return;
    const pending = pendingText(name, value);
    isPendingSpoken = pending !== "";
    setText(spoken, [tauText(card.store, value), pending].filter(Boolean).join(" "));
  }

  /**
   * "Applies on Resume." if the run is paused, reads the knob, and has no step with this value yet.
   * @param {string} name @param {number} value
   */
  function pendingText(name, value) {
    const { status, marks } = card.whole;
    if (status?.phase !== "paused") return "";
    /** @type {Knob[]} */
    const all = [...card.data.knobs, ...card.data.others];
    const begun = all.find((knob) => knob.name === name)?.begun ?? null;
    if (begun === null) return "";
    const used = lastMove(marks, name)?.to ?? begun;
    return Math.abs(used - value) < 1e-12 ? "" : ON_RESUME;
  }

  /** @param {Knob} knob */
  function otherText(knob) {
    const { name, label, value } = knob;
    return pendingText(name, value)
      ? `${label} ${plain(value)}: applies on Resume.`
      : plannedText(label, knob, card.whole.status);
  }

  function build() {
    for (const knob of /** @type {Knob[]} */ (card.data.knobs)) {
      const model = knobModel(knob.name);
      if (!rows.has(knob.name)) {
        const row = knobRow(model, (value) => send(knob, value));
        rows.set(knob.name, { model, ...row });
        list.append(row.node);
      }
      model.receive(knob);
    }
    const names = card.data.knobs.map((/** @type {Knob} */ knob) => knob.name);
    // Another method may not have all these knobs.
    for (const [name, { node }] of rows) node.hidden = !names.includes(name);
  }

  /**
   * Puts the rows in the order of the knobs, for the eye and for Tab. A row that is moved loses its
   * focus and ends a drag, so this waits until none is in use.
   */
  function sort() {
    const inUse = [...rows.values()].some(({ model }) => model.touched);
    if (inUse || list.contains(focusedElement(list))) return;
    /** @type {Knob[]} */
    const knobs = card.data.knobs;
    const wanted = knobs.flatMap(({ name }) => rows.get(name)?.node ?? []);
    const shown = [...list.children].filter((node) => !node.hasAttribute("hidden"));
    if (wanted.some((node, at) => node !== shown[at])) list.append(...wanted);
  }

  /** @param {Set<string>} kinds of changes */
  function draw(kinds) {
    if (kinds.has("mount")) build();
    sort();
    const { run = null } = card.data;
    const { phase = "" } = run === null ? { phase: "idle" } : (card.whole.status ?? {});
    if (isPendingSpoken && phase !== "paused") {
      isPendingSpoken = false;
      setText(spoken, "");
    }
    for (const [name, { model, showNote }] of rows) {
      model.setRun(run, phase);
      showNote(
        pendingText(name, model.value) ||
          plannedText(calledOf(model.knob), model.knob, card.whole.status) ||
          model.knob.remark,
      );
    }
    setText(others, card.data.others.map(otherText).filter(Boolean).join(" "));
  }

  function dispose() {
    for (const row of rows.values()) row.dispose();
  }
  return { draw, dispose };
}
