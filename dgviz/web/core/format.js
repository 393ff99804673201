/**
 * Numbers as people read them. No function returns "NaN", "null" or "undefined": an unknown number
 * is an en dash.
 */

export const UNKNOWN = "–";
export const MINUS = "−";
const grouped = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const sixDigits = new Intl.NumberFormat("en-GB", {
  maximumSignificantDigits: 6,
  useGrouping: false,
  signDisplay: "negative",
});

/** @param {unknown} x @returns {x is number} */
export const known = (x) => typeof x === "number" && Number.isFinite(x);

/** 77046 -> "77,046" @param {?number} n */
export const count = (n) => (known(n) ? grouped.format(n) : UNKNOWN);

/** 0.9826 -> "98.26%" @param {?number} share in [0, 1] @param {number} [digits] */
export const percent = (share, digits = 2) =>
  known(share) ? `${(100 * share).toFixed(digits)}%` : UNKNOWN;

/**
 * Keeps a share below 1 from being rounded up to 1.
 * @param {number} r in [0, 1] @param {number} digits
 */
export const capBelowOne = (r, digits) => (r < 1 ? Math.min(r, 1 - 10 ** -digits) : r);

/** 0.379 -> "0.379"; a very small ratio keeps a fourth decimal. @param {?number} r in [0, 1] */
export function ratio(r) {
  if (!known(r)) return UNKNOWN;
  if (r > 0 && r < 5e-5) return "< 0.0001";
  return capBelowOne(r, 3).toFixed(r > 0 && r < 0.01 ? 4 : 3);
}

/** -0.1239 -> "−0.124", with a true minus sign. @param {?number} x @param {number} [digits] */
export const signed = (x, digits = 3) =>
  known(x) ? x.toFixed(digits).replace("-", MINUS) : UNKNOWN;

/**
 * Six digits at most and no exponent: 0.03, 1, 30, −1, 0.00001. `toPrecision` rounds the number
 * itself, as Python does; Intl would round its decimal form.
 * @param {?number} x
 */
export const plain = (x) =>
  known(x) ? sixDigits.format(Number(x.toPrecision(6))).replace("-", MINUS) : UNKNOWN;

/** tau with at least two decimals: 0.5 -> "0.50", 0.505 -> "0.505" @param {?number} t */
export const threshold = (t) =>
  known(t) ? t.toFixed(Math.abs(t * 100 - Math.round(t * 100)) > 1e-6 ? 3 : 2) : UNKNOWN;

/** 1.31 -> "1.3 s", 125 -> "2 min 5 s", 3780 -> "1 h 3 min" @param {?number} seconds */
export function duration(seconds) {
  if (!known(seconds) || seconds < 0) return UNKNOWN;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 996 -> "996 bytes", 327676 -> "328 kB", 1234567 -> "1.2 MB" @param {?number} n */
export function bytes(n) {
  if (!known(n) || n < 1000) return known(n) ? `${count(n)} bytes` : UNKNOWN;
  const kilobytes = Math.round(n / 1000);
  return kilobytes < 1000 ? `${kilobytes} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

/** 2 -> "2nd" @param {number} n */
export function ordinal(n) {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${count(n)}${teens ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th")}`;
}

/** First sentence of a text. @param {string} text that ends with a full stop @returns {string} */
export const firstSentence = (text) => text.split(/(?<=\.)\s/, 1)[0];
