/**
 * Sends values from a card to Python. Streamlit passes a state on only if it differs from the last
 * one, but a card may have to send the same value for another run. So each value has a number.
 */

let sent = 0;

/**
 * @param {{setStateValue: (name: string, value: unknown) => void}} component Streamlit's
 * @param {string} name of the state @param {*} value arrives in Python as {value, turn}
 */
export function sendState(component, name, value) {
  sent += 1;
  component.setStateValue(name, { value, turn: sent });
}

const RESEND_MS = 3000;
const MOST_RESENDS = 10;

/**
 * When a server is replaced, a run's socket may be refused before Streamlit is connected again.
 * Streamlit then drops what is sent, so it is sent again, a few times.
 * @param {() => void} resend
 * @returns {{schedule: () => void, reset: () => void, stop: () => void}} reset: count anew
 */
export function resender(resend) {
  let timer = 0;
  let resends = 0;
  function send() {
    timer = 0;
    resends += 1;
    resend();
  }
  return {
    schedule() {
      if (resends < MOST_RESENDS) timer ||= setTimeout(send, RESEND_MS);
    },
    reset() {
      resends = 0;
    },
    stop() {
      clearTimeout(timer);
      timer = 0;
    },
  };
}
