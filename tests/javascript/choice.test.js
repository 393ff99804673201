/** A drop-down list: which choice is kept when other ones are offered. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeElement, fakeDocument } from "./fake_dom.js";

/** As in a browser, an element of the list stays chosen when its value changes. */
class FakeSelect extends FakeElement {
  constructor() {
    super("select");
    this.selectedIndex = -1;
  }

  get options() {
    return this.children;
  }

  get lastChild() {
    return Object.assign(this.children.at(-1), {
      remove: () => {
        this.children.pop();
        if (this.selectedIndex >= this.children.length) this.selectedIndex = 0;
      },
    });
  }

  appendChild(option) {
    this.children.push(option);
    if (this.selectedIndex < 0) this.selectedIndex = 0;
    return option;
  }

  get value() {
    return this.children[this.selectedIndex]?.value ?? "";
  }

  set value(value) {
    this.selectedIndex = this.children.findIndex((option) => option.value === value);
  }
}
fakeDocument({ select: FakeSelect });
const { choice } = await import("../../dgviz/web/kit/choice.js");

/** What is chosen among these options once these others are offered. */
function chosenOf(before, chosen, after) {
  const menu = choice("seed", () => {});
  const named = (values) => values.map((value) => [value, `seed ${value}`]);
  menu.offer(named(before));
  menu.value = chosen;
  menu.offer(named(after));
  return menu.value;
}

test("the choice stays if it is still offered, wherever it stands in the list", () => {
  assert.equal(chosenOf(["1", "2"], "2", ["0", "1", "2"]), "2");
  assert.equal(chosenOf(["0", "1", "2"], "1", ["1", "2"]), "1");
  assert.equal(chosenOf(["0", "1"], "1", ["1", "0"]), "1");
});

test("without the choice, the first option is chosen", () => {
  assert.equal(chosenOf(["0", "1"], "1", ["2", "3"]), "2");
  assert.equal(chosenOf([], "", ["2", "3"]), "2");
  assert.equal(chosenOf(["0"], "0", []), "");
});
