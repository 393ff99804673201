/** Helpers for elements. Text is always text: none of them parses HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Object<string, string|number|boolean|null>} Attributes */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} [attributes] @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const el = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} [attributes] @param {...(Node|string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/**
 * @template {Element} E
 * @param {E} node @param {Attributes} attributes @param {Array<Node|string>} children @returns {E}
 */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * The element with the keyboard's focus, in the document or shadow root of a node.
 * @param {Node} node
 */
export const focusedElement = (node) =>
  /** @type {Document|ShadowRoot} */ (node.getRootNode()).activeElement;

/**
 * Sets text only if it differs: otherwise it would be announced and laid out again.
 * @param {Element} node @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Sets an attribute only if it differs.
 * @param {Element} node @param {string} name @param {unknown} value
 */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/**
 * Calls `act` when the button is pressed, unless it is disabled; see `setEnabled`.
 * @param {HTMLElement} button @param {() => void} act
 */
export function onPress(button, act) {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act();
  });
}

/**
 * Enables or disables a button with `aria-disabled`. The attribute `disabled` would take the
 * keyboard's focus away and change the order of the Tab key.
 * @param {HTMLElement} button @param {boolean} can
 */
export const setEnabled = (button, can) => setAttribute(button, "aria-disabled", !can);

/**
 * Whether a key belongs to a shortcut of the browser, such as Alt and the left arrow.
 * @param {KeyboardEvent} event
 */
export const isShortcut = ({ altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey;

/** @type {Object<string, [number, number]>} rows and columns by which each arrow key moves */
export const ARROWS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/**
 * A row of buttons of which one is pressed.
 * @template {string} Value
 * @param {string} label of the group
 * @param {ReadonlyArray<readonly [Value, string]>} options value and label of each button
 * @param {Value} chosen @param {(value: Value) => void} onChoose
 */
export function segmented(label, options, chosen, onChoose) {
  const group = el("div", { class: "segmented", role: "group", "aria-label": label });
  for (const [value, text] of options) {
    const pressed = String(value === chosen);
    const button = el("button", { type: "button", value, "aria-pressed": pressed }, text);
    button.addEventListener("click", () => {
      for (const other of group.children)
        setAttribute(other, "aria-pressed", String(other === button));
      onChoose(value);
    });
    group.append(button);
  }
  return group;
}

/**
 * Shows some buttons of a segmented control, or none if they leave no choice, and presses one.
 * @param {HTMLElement} group see `segmented` @param {string[]} values @param {string} pressed
 */
export function offer(group, values, pressed) {
  group.hidden = values.length < 2;
  for (const button of group.querySelectorAll("button")) {
    button.hidden = !values.includes(button.value);
    setAttribute(button, "aria-pressed", String(button.value === pressed));
  }
}

/**
 * Heading of a card: title, grey subtitle, and controls at the right.
 * @param {string} text @param {string} subtitle @param {...Node} controls
 */
export const heading = (text, subtitle, ...controls) => headed("h2", text, subtitle, controls);

/**
 * Heading of a part of a card.
 * @param {string} text @param {string} subtitle @param {...Node} controls
 */
export const subheading = (text, subtitle, ...controls) => headed("h3", text, subtitle, controls);

/**
 * @param {"h2"|"h3"} level @param {string} text @param {string} subtitle @param {Node[]} controls
 */
function headed(level, text, subtitle, controls) {
  const [title, sub] = [el(level, {}, text), el("span", { class: "sub" }, subtitle)];
  const node = el(
    "header",
    {},
    el("div", { class: "words" }, title, sub),
    el("div", { class: "controls" }, ...controls),
  );
  return { node, title, sub };
}

/**
 * Sets the size of a canvas to that of its box, in device pixels.
 * @param {HTMLCanvasElement} canvas
 * @returns {{width: number, height: number, scale: number}} size in CSS pixels; device pixels per CSS
 *   pixel
 */
export function fitCanvas(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  return { width, height, scale };
}

/** The 2D context of a canvas. @param {HTMLCanvasElement} canvas */
export const contextOf = (canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Sets the size of a canvas to that of its box, and clears it.
 * @param {HTMLCanvasElement} canvas
 * @returns {{context: CanvasRenderingContext2D, box: ReturnType<typeof fitCanvas>}} the context in CSS pixels
 */
export function cleared(canvas) {
  const box = fitCanvas(canvas);
  const context = contextOf(canvas);
  context.setTransform(box.scale, 0, 0, box.scale, 0, 0);
  context.clearRect(0, 0, box.width, box.height);
  return { context, box };
}

/**
 * Runs `fn` at most once in `ms` milliseconds, and always after the last call. `now` runs it at once.
 * @param {number} ms @param {() => void} fn
 */
export function throttle(ms, fn) {
  let last = -Infinity;
  let timer = 0;
  const run = () => {
    clearTimeout(timer);
    timer = 0;
    last = performance.now();
    fn();
  };
  const throttled = () => {
    const wait = last + ms - performance.now();
    if (wait <= 0) run();
    else timer ||= setTimeout(run, wait);
  };
  throttled.now = run;
  return throttled;
}
