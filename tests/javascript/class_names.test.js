/** The style sheets of one page do not apply to the cards of another: they are served as one. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const WEB = new URL("../../dgviz/web/", import.meta.url);
/** @param {string} ending @returns {Array<[string, string]>} folder and text of each file */
const filesOf = (ending) =>
  readdirSync(WEB, { recursive: true })
    .filter((name) => name.endsWith(ending) && name.includes("/"))
    .map((name) => [name.split("/")[0], readFileSync(new URL(name, WEB), "utf8")]);

test("a class that Compare styles by its name alone is on no card of another page", () => {
  const sheets = filesOf(".css").filter(([folder]) => folder === "compare");
  const styled = sheets.flatMap(([, text]) =>
    [...text.matchAll(/^\.([a-z-]+)(?= \{)/gm)].map(([, name]) => name),
  );
  assert.ok(styled.includes("place"));
  for (const [folder, text] of filesOf(".js")) {
    if (folder === "compare") continue;
    const names = [...text.matchAll(/class: "([a-z -]+)"/g)].flatMap(([, all]) => all.split(" "));
    const shared = names.filter((name) => styled.includes(name));
    assert.deepEqual(shared, [], folder);
  }
});
