/** One knob: a slider over its stops, a field for the values between them, and what it does. */
import { el, mark, say } from "./dom.js";
import { plain, threshold } from "./format.js";
import * as preview from "./preview.js";

/** How long a value sent to Python may stay unanswered before Python's own counts again. */
const PATIENCE_MS = 3000;
const SETTLING_MS = 250;

/**
 * @typedef {Object} Knob
 * @property {string} name the state key that is set
 * @property {string} symbol @property {string} label @property {string} help
 * @property {number[]} stops ascending
 * @property {Object<string, string>} [labels] words for some stops, by their value
 * @property {number} value @property {number} default
 * @property {number} min @property {number} max
 * @property {string} accepted the values it takes, in words: "a number from 0 to 1"
 * @property {boolean} [preview] true: the pictures follow while it is dragged
 * @property {boolean} [holds] true: nothing is training, so a preview stays until the next change
 * @property {string} [warn]
 */

/**
 * @param {(value: number) => void} send called with every value that is let go of or entered
 * @returns {{node: HTMLElement, update: (knob: Knob) => void}}
 */
export function knobRow(send) {
  const symbol = el("b", { class: "symbol" });
  const label = el("span");
  const field = el("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
  });
  const slider = el("input", { type: "range", min: "0", step: "1" });
  const trouble = el("p", { class: "trouble", role: "alert" });
  const help = el("p", { class: "help" });
  const node = el("div", { class: "knob" },
    el("div", { class: "top" }, el("span", { class: "name" }, symbol, " ", label), field),
    slider, trouble, help);
  /** @type {Knob} */
  let knob;
  let value;
  let dragging = false;
  let heard;
  let sent = null;
  let byKeys = false;
  let settling = 0;
  let later = null;

  const words = (v) => knob.labels?.[String(v)] ?? figure(v);
  const figure = (v) => (knob.preview ? threshold(v) : plain(v));
  const nearest = (v) => knob.stops.reduce(
    (best, stop, i) => (Math.abs(stop - v) < Math.abs(knob.stops[best] - v) ? i : best), 0);

  function show(v) {
    value = v;
    const at = nearest(v);
    if (slider.valueAsNumber !== at) slider.value = String(at);
    slider.style.setProperty("--filled", String(at / Math.max(1, knob.stops.length - 1)));
    mark(slider, "aria-valuetext", words(v));
    if (!isTyping()) field.value = words(v);
  }
  const isTyping = () => field.getRootNode().activeElement === field && field.dataset.dirty === "1";

  function commit(v) {
    say(trouble, "");
    mark(field, "aria-invalid", "false");
    delete field.dataset.dirty;
    show(v);
    sent = { value: v, until: performance.now() + PATIENCE_MS };
    send(v);
  }

  function update(next) {
    if (dragging) {
      // New stops would move the value away from under the finger.
      later = next;
      return;
    }
    knob = next;
    say(symbol, knob.symbol);
    say(label, knob.label);
    say(help, knob.help ?? "");
    mark(help, "data-warn", String(Boolean(knob.warn)));
    if (knob.warn) say(help, knob.warn);
      mark(slider, "max", knob.stops.length - 1);
    mark(slider, "aria-label", `${knob.symbol} ${knob.label}`);
    mark(field, "aria-label", `${knob.symbol} value`);
    const isEcho = sent && Math.abs(sent.value - knob.value) < 1e-12;
    const waits = sent && !isEcho && performance.now() < sent.until;
    const changed = heard !== knob.value && !waits;
    if (isEcho) sent = null;
    if (changed && knob.preview && !isEcho) preview.set(knob.holds ? knob.value : null);
    show(changed ? knob.value : value);
    heard = knob.value;
  }

  slider.addEventListener("pointerdown", () => (dragging = true));
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    slider.addEventListener(end, () => setTimeout(letGo));
  }
  slider.addEventListener("input", () => {
    delete field.dataset.dirty;
    show(knob.stops[slider.valueAsNumber]);
    if (knob.preview) preview.set(value);
  });
  slider.addEventListener("keydown", () => (byKeys = true));
  slider.addEventListener("pointerdown", () => (byKeys = false));
  slider.addEventListener("change", () => {
    clearTimeout(settling);
    // A held arrow key changes the slider many times a second; only where it ends is meant.
    if (byKeys) settling = setTimeout(settle, SETTLING_MS);
    else settle();
  });
  function settle() {
    commit(value);
    if (knob.preview && !knob.holds) preview.release();
    letGo();
  }
  function letGo() {
    dragging = false;
    if (later) update(later);
    later = null;
  }
  slider.addEventListener("dblclick", () => {
    if (knob.default !== value) adopt(knob.default);
  });
  field.addEventListener("focus", () => {
    field.value = figure(value);
    field.select();
  });
  field.addEventListener("input", () => (field.dataset.dirty = "1"));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") typed();
    if (event.key === "Escape") {
      delete field.dataset.dirty;
      say(trouble, "");
      field.value = figure(value);
    }
  });
  field.addEventListener("blur", typed);

  /** Takes a value that was not dragged to: the pictures follow until the trainer has it. */
  function adopt(v) {
    if (knob.preview) {
      preview.set(v);
      if (!knob.holds) preview.release();
    }
    commit(v);
  }

  function typed() {
    if (field.dataset.dirty !== "1") {
      if (field.getRootNode().activeElement !== field) field.value = words(value);
      return;
    }
    const v = read(field.value, knob);
    if (v === null) {
      say(trouble, `${knob.symbol} takes ${knob.accepted}.`);
      mark(field, "aria-invalid", "true");
      delete field.dataset.dirty;
      if (field.getRootNode().activeElement !== field) field.value = words(value);
    } else if (v === value) {
      commitQuietly();
    } else adopt(v);
  }

  function commitQuietly() {
    say(trouble, "");
    mark(field, "aria-invalid", "false");
    delete field.dataset.dirty;
    if (field.getRootNode().activeElement !== field) field.value = words(value);
  }
  return { node, update };
}

/** What was typed, as a value the knob takes. @returns {?number} */
function read(text, knob) {
  const clean = text.trim().replace("−", "-").replace(",", ".");
  const named = Object.entries(knob.labels ?? {}).find(([, words]) => words === text.trim());
  if (named) return Number(named[0]);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) return null;
  const v = Number(clean);
  return v >= knob.min && v <= knob.max ? v : null;
}
