/** Named values that the cards of a page share, such as what the reader has pinned. */

/** @template {Object<string, unknown>} Values */
export class SharedValues {
  /** @param {Values} start */
  constructor(start) {
    /** @type {Values} */
    this.all = { ...start };
    /** @type {Set<(name: keyof Values) => void>} */
    this.listeners = new Set();
  }

  /** @template {keyof Values} Name @param {Name} name @returns {Values[Name]} */
  get(name) {
    return this.all[name];
  }

  /** @template {keyof Values} Name @param {Name} name @param {Values[Name]} value */
  set(name, value) {
    if (this.all[name] === value) return;
    this.all[name] = value;
    for (const listener of this.listeners) listener(name);
  }

  /**
   * @param {(name: keyof Values) => void} listener called with the name of a changed value
   * @returns {() => void} stops it
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * @param {keyof Values} wanted a name
   * @returns {(listener: () => void) => () => void} `subscribe` for this value alone
   */
  changesOf(wanted) {
    return (listener) => this.subscribe((name) => name === wanted && listener());
  }
}
