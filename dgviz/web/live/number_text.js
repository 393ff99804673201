/** Numbers as people write them: the same rule as `read_number` in dgviz/number_text.py. */

const NUMBER = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * The number that a person wrote: "0.03", "0,03", "3e-2", "−1". A comma is a decimal mark; where it
 * may part thousands, as in "1,000", nothing is guessed.
 * @param {string} text @returns {?number}
 */
export function readNumber(text) {
  const clean = text.trim().replaceAll("−", "-");
  if (!NUMBER.test(clean) || THOUSANDS.test(clean)) return null;
  const number = Number(clean.replace(",", "."));
  return Number.isFinite(number) ? number : null;
}
