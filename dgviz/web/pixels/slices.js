/** Long computations in short slices, so that the page stays responsive. */

const SLICE_MS = 8;

/**
 * @template T
 * @param {Generator<number, T>} work yields often: how much is done
 * @param {() => boolean} shouldContinue whether to go on, called between slices
 * @param {(done: number) => void} [onProgress] called with how much is done
 * @returns {Promise<T|undefined>} undefined if it was not continued
 */
export async function inSlices(work, shouldContinue, onProgress = () => {}) {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    let step = work.next();
    while (!step.done && performance.now() < end) step = work.next();
    if (step.done === true) return step.value;
    onProgress(step.value);
    await new Promise((resolve) => setTimeout(resolve));
    if (!shouldContinue()) return undefined;
  }
}
