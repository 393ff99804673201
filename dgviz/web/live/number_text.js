/** Numbers as people write them, by the same rule as `read_number` in dgviz/number_text.py. */

const NUMBER = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * Reads a number: "0.03", "0,03", "3e-2", "−1". A comma is a decimal mark. A text like "1,000", whose
 * comma may separate thousands, is refused.
 * @param {string} text @returns {?number} null for a text that is refused
 */
export function readNumber(text) {
  const clean = text.trim().replaceAll("−", "-");
  if (!NUMBER.test(clean) || THOUSANDS.test(clean)) return null;
  const number = Number(clean.replace(",", "."));
  return Number.isFinite(number) ? number : null;
}
