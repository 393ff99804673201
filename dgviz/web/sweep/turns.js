/** Cards are drawn one after another, so that the page answers between them. */

/** In a frame, cards are drawn until so much time has passed, in ms. */
const FRAME_MS = 8;

/** @type {Set<() => void>} */
const waiting = new Set();

/** Draws in the next frame, or in a later one after those that wait already. @param {() => void} draw */
export function inTurn(draw) {
  if (!waiting.size) requestAnimationFrame(takeTurns);
  waiting.add(draw);
}

function takeTurns() {
  const end = performance.now() + FRAME_MS;
  try {
    for (const draw of waiting) {
      waiting.delete(draw);
      draw();
      if (performance.now() >= end) break;
    }
  } finally {
    // An error in one card must not stop the others.
    if (waiting.size) requestAnimationFrame(takeTurns);
  }
}
