/** The few ways the cards make elements. Text is always text: nothing here parses HTML. */

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
 * The element with the keyboard's focus, in the document or the shadow root that holds a node.
 * @param {Node} node
 */
export const focusedElement = (node) =>
  /** @type {Document|ShadowRoot} */ (node.getRootNode()).activeElement;

/**
 * Writes text only when it differs, so that nothing is announced or laid out again for nothing.
 * @param {Element} node @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Sets an attribute only when it differs.
 * @param {Element} node @param {string} name @param {unknown} value
 */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/**
 * Calls `act` at a press of the button, unless that makes no sense now; see `setEnabled`.
 * @param {HTMLElement} button @param {() => void} act
 */
export function onPress(button, act) {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act();
  });
}

/**
 * Marks whether a press makes sense. The button is not disabled where it does not: that would take
 * the keyboard's focus away, and change the way of the Tab key.
 * @param {HTMLElement} button @param {boolean} can
 */
export const setEnabled = (button, can) => setAttribute(button, "aria-disabled", !can);

/**
 * Whether a key goes to the browser, as Alt and the left arrow do: a page must not take it.
 * @param {KeyboardEvent} event
 */
export const isShortcut = ({ altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey;

/**
 * A row of buttons of which one is pressed.
 * @template {string} Value
 * @param {string} label what is being chosen
 * @param {ReadonlyArray<readonly [Value, string]>} options value and words of each
 * @param {Value} chosen @param {(value: Value) => void} onChoose
 */
export function segmented(label, options, chosen, onChoose) {
  const group = el("div", { class: "segmented", role: "group", "aria-label": label });
  for (const [value, words] of options) {
    const pressed = String(value === chosen);
    const button = el("button", { type: "button", "aria-pressed": pressed }, words);
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
 * A card's heading: title, grey subtitle, and controls at the right.
 * @param {string} words @param {string} subtitle @param {...Node} controls
 */
export const heading = (words, subtitle, ...controls) => headed("h2", words, subtitle, controls);

/**
 * The same for a part of a card.
 * @param {string} words @param {string} subtitle @param {...Node} controls
 */
export const subheading = (words, subtitle, ...controls) => headed("h3", words, subtitle, controls);

/**
 * @param {"h2"|"h3"} level @param {string} words @param {string} subtitle @param {Node[]} controls
 */
function headed(level, words, subtitle, controls) {
  const [title, sub] = [el(level, {}, words), el("span", { class: "sub" }, subtitle)];
  const node = el(
    "header",
    {},
    el("div", { class: "words" }, title, sub),
    el("div", { class: "controls" }, ...controls),
  );
  return { node, title, sub };
}

/**
 * A canvas sized in device pixels to the box it fills.
 * @param {HTMLCanvasElement} canvas
 * @returns {{width: number, height: number, scale: number}} CSS pixels, and device pixels in one
 */
export function fitCanvas(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  return { width, height, scale };
}

/** The context to draw on a canvas with. @param {HTMLCanvasElement} canvas */
export const contextOf = (canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Runs `fn` at most once in `ms`, the last call always being heard.
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
