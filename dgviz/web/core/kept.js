/** Answers that are kept as long as what they are about. */

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
