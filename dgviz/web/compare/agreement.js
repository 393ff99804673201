/** Which test digits only one of two networks gets right, and how likely such a split is by chance. */

/**
 * @typedef {Object} Answers of a row's network
 * @property {string} key of the row @property {string} run its id
 * @property {number} digits number of test digits
 * @property {string} right a bit for each digit, 1 if it is right, as bytes in base64; the first
 *   digit is in the highest bit
 * @property {string} wrong the class given to each of the others, in order, as bytes in base64
 *
 * @typedef {Object} Agreement
 * @property {number} both number of digits that both get right @property {number} neither likewise
 * @property {[number[], number[]]} only the digits that only the first, or second, gets right
 * @property {number} p of McNemar's test
 */

/**
 * The rows to compare: those that are wanted, as far as they have a result, and otherwise the first
 * others.
 * @param {string[]} keys of the rows with a result, at least two
 * @param {{first: string, second: string}} wanted keys, or ""
 * @returns {[string, string]}
 */
export function pairOf(keys, wanted) {
  const first = [wanted.first, ...keys.filter((key) => key !== wanted.second)];
  const [one] = first.filter((key) => keys.includes(key));
  const second = [wanted.second, ...keys.filter((key) => key !== one)];
  const [two] = second.filter((key) => keys.includes(key));
  return [one, two];
}

/** @param {Answers} first @param {Answers} second of the same digits @returns {Agreement} */
export function agreement(first, second) {
  const [a, b] = [bitsOf(first), bitsOf(second)];
  /** @type {[number[], number[]]} */
  const only = [[], []];
  let both = 0;
  for (let digit = 0; digit < first.digits; digit++) {
    const isRight = a(digit);
    if (isRight !== b(digit)) only[isRight ? 0 : 1].push(digit);
    else if (isRight) both += 1;
  }
  const neither = first.digits - both - only[0].length - only[1].length;
  return { both, neither, only, p: exactP(only[0].length, only[1].length) };
}

/**
 * The probability of a split of the digits that only one gets right that is at least as uneven as this
 * one, if both networks are equally good: McNemar's exact test, two-sided,
 * p = min(1, 2 Σ_{k ≤ few} C(n, k) / 2ⁿ).
 *
 * @param {number} first number of digits that only the first gets right
 * @param {number} second likewise
 */
export function exactP(first, second) {
  const [n, few] = [first + second, Math.min(first, second)];
  // C(n, few) / 2ⁿ, halved between the factors, because neither is a floating-point number by itself.
  let last = 1;
  let halvings = n;
  for (let k = 1; k <= few; k++) {
    last *= (n - few + k) / k;
    for (; last > 1 && halvings; halvings--) last /= 2;
  }
  last *= 2 ** -halvings;
  // The sum over the last term: C(n, k - 1) / C(n, k) is k / (n - k + 1).
  let [term, sum] = [1, 1];
  for (let k = few; k > 0; k--) {
    term *= k / (n - k + 1);
    sum += term;
  }
  return Math.min(1, 2 * last * sum);
}

/**
 * The class that a network gives each digit.
 * @param {Answers} answers @param {ArrayLike<number>} labels the right class of each digit
 * @returns {Uint8Array}
 */
export function givenClasses({ digits, right, wrong }, labels) {
  const [isRight, others] = [bitsOf({ right }), bytesOf(wrong)];
  let next = 0;
  return Uint8Array.from({ length: digits }, (_, digit) =>
    isRight(digit) ? labels[digit] : others[next++],
  );
}

/** @param {string} text in base64 */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {Pick<Answers, "right">} answers @returns {(digit: number) => boolean} */
function bitsOf({ right }) {
  const bytes = bytesOf(right);
  return (digit) => Boolean((bytes[digit >> 3] >> (7 - (digit & 7))) & 1);
}
