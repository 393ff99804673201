/**
 * What a card tells Python. Streamlit passes a state on only where it differs from the last one, and
 * a card can outlive the run that its last word was about. So every word has a number of its own.
 */

let turns = 0;

/**
 * @param {{setStateValue: (name: string, value: unknown) => void}} component Streamlit's
 * @param {string} name of the state @param {*} value reaches Python as {value, turn}
 */
export function sendState(component, name, value) {
  turns += 1;
  component.setStateValue(name, { value, turn: turns });
}
