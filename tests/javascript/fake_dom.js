/** A small fake of the document, for functions that make elements: a test looks at what they made. */

export class FakeElement {
  /** @param {string} tag */
  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, children: [], text: "", style: {}, hidden: false });
  }

  get textContent() {
    return this.text + this.children.map((child) => child.textContent ?? child).join("");
  }

  set textContent(text) {
    Object.assign(this, { text, children: [] });
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }

  getAttribute(name) {
    return this.attributes[name] ?? null;
  }

  append(...children) {
    this.children.push(...children);
  }

  addEventListener() {}

  /** Elements of a kind among its descendants. @param {string} tag @returns {FakeElement[]} */
  all(tag) {
    return this.children.flatMap((child) => [
      ...(child.tag === tag ? [child] : []),
      ...(child.all?.(tag) ?? []),
    ]);
  }
}

/** @param {Object<string, new () => FakeElement>} [special] elements that do more, by their tags */
export function fakeDocument(special = {}) {
  const createElement = (tag) => (special[tag] ? new special[tag]() : new FakeElement(tag));
  globalThis.OffscreenCanvas = class {
    getContext() {
      return { measureText: (text) => ({ width: 6 * text.length }) };
    }
  };
  globalThis.document = { createElement, createElementNS: (_, tag) => createElement(tag) };
}
