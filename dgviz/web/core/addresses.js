/**
 * Where the server answers: beside this file, whatever path the page is served under. The file is the
 * one that all modules are linked into; see web/files.py.
 */

const ROOT = new URL("../../", import.meta.url);

/** What is loaded besides. @param {string} name "dgviz.css" @returns {string} */
export const fileUrl = (name) => new URL(name, import.meta.url).href;

/** @typedef {{run: string, token: string}} Feed what a card needs to ask for a run */

/**
 * What was recorded of a run, and its test images.
 * @param {Feed} feed @param {string} name "timeline", "gates/430", "digits" @returns {URL}
 */
export const recordingUrl = (feed, name) => addressOf("runs", feed, `/${name}`);

/** The run's socket. @param {Feed} feed @param {Iterable<string>} channels @returns {URL} */
export function streamUrl(feed, channels) {
  const url = addressOf("stream", feed);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("channels", [...channels].join());
  return url;
}

/** @param {string} what @param {Feed} feed @param {string} [name] */
function addressOf(what, { run, token }, name = "") {
  const url = new URL(`${what}/${encodeURIComponent(run)}${name}`, ROOT);
  url.searchParams.set("token", token ?? "");
  return url;
}
