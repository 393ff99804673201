/** Answers that are kept as long as what they are about. */

/**
 * A function that tells whether its arguments differ from those of the call before.
 * @returns {(...values: unknown[]) => boolean} true at the first call
 */
export function changing() {
  /** @type {?unknown[]} */
  let before = null;
  return (...values) => {
    const isSame =
      before?.length === values.length && values.every((one, at) => one === before?.[at]);
    before = values;
    return !isSame;
  };
}

/**
 * A function that computes its answer again when an argument has changed.
 * @template {unknown[]} Values @template Answer
 * @param {(...values: Values) => Answer} compute @returns {(...values: Values) => Answer}
 */
export function keptLast(compute) {
  const differs = changing();
  /** @type {Answer} */
  let answer;
  return (...values) => {
    if (differs(...values)) answer = compute(...values);
    return answer;
  };
}

/**
 * A function that computes its answer once for each object.
 * @template {object} Key @template Answer
 * @param {(key: Key) => Answer} compute @returns {(key: Key) => Answer}
 */
export function keptFor(compute) {
  /** @type {WeakMap<Key, {answer: Answer}>} */
  const answers = new WeakMap();
  return (key) => {
    const kept = answers.get(key) ?? { answer: compute(key) };
    answers.set(key, kept);
    return kept.answer;
  };
}
