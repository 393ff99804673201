/** Node has no canvas, which measures texts: a letter is 6 px wide. */

class Ruler {
  getContext() {
    return { font: "", measureText: (/** @type {string} */ text) => ({ width: 6 * text.length }) };
  }
}
Object.assign(globalThis, { OffscreenCanvas: Ruler });
