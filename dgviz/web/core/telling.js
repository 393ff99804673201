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
