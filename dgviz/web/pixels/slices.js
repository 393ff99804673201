/** Long work in slices so short that the page answers in between. */

const SLICE_MS = 8;

/**
 * @template T
 * @param {Generator<number, T>} work yields often, the share that is done
 * @param {() => boolean} wanted asked between slices @param {(share: number) => void} [tell]
 * @returns {Promise<T|undefined>} undefined when it is not wanted any more
 */
export async function inSlices(work, wanted, tell = () => {}) {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    let step = work.next();
    while (!step.done && performance.now() < end) step = work.next();
    if (step.done === true) return step.value;
    tell(step.value);
    await new Promise((resolve) => setTimeout(resolve));
    if (!wanted()) return undefined;
  }
}
