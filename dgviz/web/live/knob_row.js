/** A row for a knob: a slider over its stops, a field for the values between them, what it does. */

import { plain, threshold } from "../core/format.js";
import { el, focusedElement, setAttribute, setText } from "../kit/dom.js";
import { readNumber } from "./number_text.js";

const SETTLING_MS = 250;

/**
 * @param {import("./knob_model.js").KnobModel} model
 * @param {(value: number) => void} settled called with every value that is let go of or entered
 * @returns {{node: HTMLElement, note: (words: string) => void, dispose: () => void}}
 */
export function knobRow(model, settled) {
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
  let preset = null;
  let byKeys = false;
  let settling = 0;
  /** Whether the field holds what someone typed, which is not the knob's value yet. */
  let typed = false;

  /** @param {number} v */
  const words = (v) => model.knob.labels?.[String(v)] ?? figure(v);
  /** @param {number} v */
  const figure = (v) => (model.knob.preview ? threshold(v) : plain(v));
  /** @param {number} v @returns {number} the place of the nearest stop */
  const nearest = (v) =>
    model.knob.stops.reduce(
      (best, stop, i, all) => (Math.abs(stop - v) < Math.abs(all[best] - v) ? i : best),
      0,
    );
  const isFocused = () => focusedElement(field) === field;

  function draw() {
    const { knob, value } = model;
    if (!knob.stops.length) return;
    setText(symbol, knob.symbol);
    setText(label, knob.label);
    setText(help, knob.warn || knob.help);
    setAttribute(help, "data-warn", Boolean(knob.warn));
    setAttribute(slider, "max", knob.stops.length - 1);
    setAttribute(slider, "aria-label", `${knob.symbol} ${knob.label}`);
    setAttribute(field, "aria-label", `${knob.symbol} value`);
    const at = nearest(value);
    if (slider.valueAsNumber !== at) slider.value = String(at);
    slider.style.setProperty("--filled", String(at / Math.max(1, knob.stops.length - 1)));
    setAttribute(slider, "aria-valuetext", words(value));
    // A preset is a choice of this value as well, also where it is the same one.
    if (value !== drawn || knob.preset !== preset) typed = false;
    [drawn, preset] = [value, knob.preset];
    if (!typed) showInField();
  }

  function showInField() {
    setText(trouble, "");
    setAttribute(field, "aria-invalid", false);
    field.value = isFocused() ? figure(model.value) : words(model.value);
  }

  /** @param {number} value */
  function settle(value) {
    clearTimeout(settling);
    settling = 0;
    model.settle(value);
    settled(value);
  }

  slider.addEventListener("input", () => {
    typed = false;
    model.turn(model.knob.stops[slider.valueAsNumber]);
  });
  slider.addEventListener("keydown", () => (byKeys = true));
  slider.addEventListener("pointerdown", () => {
    byKeys = false;
    model.turn(model.value);
  });
  slider.addEventListener("change", () => {
    clearTimeout(settling);
    // A held arrow key changes the slider many times a second; only where it ends is meant.
    if (byKeys) settling = setTimeout(() => settle(model.value), SETTLING_MS);
    else settle(model.value);
  });
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    slider.addEventListener(end, () => setTimeout(() => settling || model.letGo()));
  }
  slider.addEventListener("dblclick", () => {
    if (model.knob.default !== model.value) settle(model.knob.default);
  });

  field.addEventListener("focus", () => {
    if (typed) return;
    field.value = figure(model.value);
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

  /** Takes what was typed; what is no value stays there, to be mended. */
  function enter() {
    const value = typed ? read(field.value, model.knob) : model.value;
    if (value === null) {
      setText(
        trouble,
        `${model.knob.symbol} must be ${model.knob.accepted}. ` +
          `${model.knob.symbol} stays ${figure(model.value)}.`,
      );
      setAttribute(field, "aria-invalid", true);
      return;
    }
    typed = false;
    if (value !== model.value) settle(value);
    showInField();
  }

  const hide = model.show(draw);
  draw();
  return {
    node,
    note: (/** @type {string} */ sentence) => setText(note, sentence),
    dispose() {
      clearTimeout(settling);
      model.letGo();
      hide();
    },
  };
}

/**
 * What was typed, as a value the knob takes.
 * @param {string} text @param {import("./knob_model.js").Knob} knob @returns {?number}
 */
function read(text, knob) {
  const named = Object.entries(knob.labels ?? {}).find(([, words]) => words === text.trim());
  const value = named ? Number(named[0]) : readNumber(text);
  return value !== null && value >= knob.min && value <= knob.max ? value : null;
}
