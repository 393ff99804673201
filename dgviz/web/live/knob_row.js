/** A row for a knob: a slider over its stops, a field for the values between them, and its help. */

import { plain, threshold } from "../core/format.js";
import { el, focusedElement, setAttribute, setText } from "../kit/dom.js";
import { calledOf } from "./knob_model.js";
import { readNumber } from "./number_text.js";

const COMMIT_MS = 250;

/**
 * @param {import("./knob_model.js").KnobModel} model
 * @param {(value: number) => void} onCommit called with every value that is released or entered
 * @returns {{node: HTMLElement, showNote: (sentence: string) => void, dispose: () => void}}
 */
export function knobRow(model, onCommit) {
  const symbol = el("b", { class: "symbol" });
  const label = el("span", { class: "label" });
  const field = el("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
  });
  const slider = el("input", { type: "range", min: "0", step: "1" });
  const trouble = el("span", { class: "trouble", role: "alert" });
  const note = el("span", { class: "note" });
  const help = el("p", { class: "help" });
  const node = el(
    "div",
    { class: "knob" },
    el("div", { class: "top" }, el("span", { class: "name" }, symbol, " ", label), field),
    slider,
    el("p", { class: "message" }, trouble, note),
    help,
  );
  /** @type {?number} */
  let drawn = null;
  /** @type {?string} */
  let origin = null;
  let byKeys = false;
  let commitTimer = 0;
  /** Whether the field has text that is not the knob's value yet. */
  let typed = false;

  /** @param {number} v */
  const labelOf = (v) => model.knob.labels?.[String(v)] ?? numberText(v);
  /** @param {number} v */
  const numberText = (v) => (model.knob.preview ? threshold(v) : plain(v));
  /** @param {number} v @returns {number} the index of the nearest stop */
  const nearest = (v) =>
    model.knob.stops.reduce(
      (best, stop, i, all) => (Math.abs(stop - v) < Math.abs(all[best] - v) ? i : best),
      0,
    );
  const isFocused = () => focusedElement(field) === field;

  function draw() {
    const { knob, value } = model;
    if (!knob.stops.length) return;
    node.classList.toggle("no-symbol", !knob.symbol);
    setText(symbol, knob.symbol);
    setText(label, knob.label);
    setText(help, knob.warn || knob.help);
    setAttribute(help, "data-warn", Boolean(knob.warn));
    setAttribute(slider, "max", knob.stops.length - 1);
    setAttribute(slider, "aria-label", `${knob.symbol} ${knob.label}`.trim());
    setAttribute(field, "aria-label", `${calledOf(knob)} value`);
    const at = nearest(value);
    if (slider.valueAsNumber !== at) slider.value = String(at);
    slider.style.setProperty("--filled", String(at / Math.max(1, knob.stops.length - 1)));
    setAttribute(slider, "aria-valuetext", labelOf(value));
    // A new preset or method replaces typed text, even if it has the same value.
    if (value !== drawn || knob.origin !== origin) typed = false;
    [drawn, origin] = [value, knob.origin];
    if (!typed) showInField();
  }

  function showInField() {
    setText(trouble, "");
    setAttribute(field, "aria-invalid", false);
    field.value = isFocused() ? numberText(model.value) : labelOf(model.value);
  }

  /** @param {number} value */
  function commit(value) {
    clearTimeout(commitTimer);
    commitTimer = 0;
    model.commit(value);
    onCommit(value);
  }

  slider.addEventListener("input", () => {
    typed = false;
    model.drag(model.knob.stops[slider.valueAsNumber]);
  });
  slider.addEventListener("keydown", () => (byKeys = true));
  slider.addEventListener("pointerdown", () => {
    byKeys = false;
    model.drag(model.value);
  });
  slider.addEventListener("change", () => {
    clearTimeout(commitTimer);
    // A held arrow key changes the slider many times a second; only its last value counts.
    if (byKeys) commitTimer = setTimeout(() => commit(model.value), COMMIT_MS);
    else commit(model.value);
  });
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    slider.addEventListener(end, () => setTimeout(() => commitTimer || model.release()));
  }
  slider.addEventListener("dblclick", () => {
    if (model.knob.default !== model.value) commit(model.knob.default);
  });

  field.addEventListener("focus", () => {
    if (typed) return;
    field.value = numberText(model.value);
    field.select();
  });
  field.addEventListener("input", () => (typed = true));
  field.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") enter();
    if (key === "Escape") {
      typed = false;
      showInField();
    }
  });
  field.addEventListener("blur", enter);

  /** Commits the typed value. An invalid one stays in the field, to be corrected. */
  function enter() {
    const value = typed ? read(field.value, model.knob) : model.value;
    if (value === null) {
      const called = calledOf(model.knob);
      setText(
        trouble,
        `${called} must be ${model.knob.accepted}. ${called} stays ${numberText(model.value)}.`,
      );
      setAttribute(field, "aria-invalid", true);
      return;
    }
    typed = false;
    if (value !== model.value) commit(value);
    showInField();
  }

  const remove = model.addRow(draw);
  draw();
  return {
    node,
    showNote: (/** @type {string} */ sentence) => setText(note, sentence),
    dispose() {
      clearTimeout(commitTimer);
      model.release();
      remove();
    },
  };
}

/**
 * Reads a typed value.
 * @param {string} text @param {import("./knob_model.js").Knob} knob
 * @returns {?number} null if the knob does not accept it
 */
function read(text, knob) {
  const named = Object.entries(knob.labels ?? {}).find(([, label]) => label === text.trim());
  const value = named ? Number(named[0]) : readNumber(text);
  if (value === null || value < knob.min || value > knob.max) return null;
  return knob.whole && !Number.isInteger(value) ? null : value;
}
