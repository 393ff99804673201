/** What a digit's story says in sentences: pure functions, no page. */
import { count, percent, signed } from "../format.js";
import { topTwo } from "./digit_predictions.js";

/** @param {string[]} names @param {Float32Array} probs @param {?number} truth */
export function verdict(names, probs, truth) {
  const [first] = topTwo(probs);
  const sure = likelihood(probs[first], 0).replace("> ", "more than ");
  const said = `Predicted ${names[first]} with ${sure}`;
  if (truth === null) return `${said}.`;
  return truth === first ? `${said}, and it is.` : `${said}, but it is ${names[truth]}.`;
}

/** A probability; never rounded up to certainty. @param {number} prob */
export const likelihood = (prob, digits = 1) =>
  (prob > 0.9995 ? "> 99.9%" : percent(prob, prob > 0.99 ? 1 : digits));

/**
 * @param {{dense: number, kept: number, taken: number}} macs
 * @returns {[string, string]} what this digit took, and what that is worth
 */
export function macWords({ dense, kept, taken }, gated) {
  const share = (part, whole) => percent(part / whole, part / whole < 0.1 ? 1 : 0);
  if (!gated) {
    return [`This net keeps all its ${count(dense)} multiply-accumulates; this digit needs `
      + `${count(taken)} of them (${share(taken, dense)}), as an input that is 0 needs none.`, ""];
  }
  if (!kept) return ["No connection is kept: the biases alone answer, whatever the digit.", ""];
  return [`This digit took ${count(taken)} of the ${count(kept)} multiply-accumulates that were `
    + `kept (${share(taken, kept)}), ${share(taken, dense)} of the dense net's ${count(dense)}: `
    + "an input that is 0 needs none.",
  "A mask at run time saves no time by itself: it multiplies the zeros too. Time is saved where "
    + "what is closed has been cut out."];
}

/** @param {import("./digit_path.js").Path} path @param {string} name of the class */
export function pathWords({ strongest, answering, carried, plus, minus, bias, logit }, name) {
  const sum = `logit ${signed(logit, 2)} = ${signed(plus, 2)} for − ${signed(minus, 2)} against `
    + `${bias < 0 ? "−" : "+"} ${signed(Math.abs(bias), 2)} bias`;
  if (!answering) return `No hidden unit that answers speaks for or against ${name}: ${sum}.`;
  const who = strongest.length < answering
    ? `The ${strongest.length} strongest of ${count(answering)} units carry ${percent(carried, 0)}`
    : `${count(answering)} unit${answering === 1 ? " carries" : "s carry"} all`;
  return `${who} of what speaks for or against ${name} (${sum}).`;
}
