/**
 * URLs of the server, relative to this file, so that a proxy may serve the page under any path. This
 * file is the one that all modules are linked into; see web/files.py.
 */

const ROOT = new URL("../../", import.meta.url);

/** URL of a file that is loaded beside this one. @param {string} name "dgviz.css" @returns {string} */
export const fileUrl = (name) => new URL(name, import.meta.url).href;

/** @typedef {{run: string, token: string}} Feed a run, and the token that gives access to it */

/**
 * URL of a run's timeline, of a recorded snapshot, or of the test images.
 * @param {Feed} feed @param {string} name "timeline", "gates/430", "digits" @returns {URL}
 */
export const recordingUrl = (feed, name) => urlOf("runs", feed, `/${name}`);

/**
 * URL of what the server has of a sweep.
 * @param {string} key @param {string} name "results", "trials/0123456789ab", "table.csv" @returns {URL}
 */
export const sweepUrl = (key, name) => new URL(`sweeps/${key}/${name}`, ROOT);

/** URL of the run's socket. @param {Feed} feed @param {Iterable<string>} channels @returns {URL} */
export function streamUrl(feed, channels) {
  const url = urlOf("stream", feed);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("channels", [...channels].join());
  return url;
}

/** @param {string} what @param {Feed} feed @param {string} [name] */
function urlOf(what, { run, token }, name = "") {
  const url = new URL(`${what}/${encodeURIComponent(run)}${name}`, ROOT);
  url.searchParams.set("token", token ?? "");
  return url;
}
