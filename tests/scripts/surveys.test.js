import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./fake_page.js";
import { load } from "./paths.js";

const { findProblem } = await load("surveys/pick_limits.js");
const { mix } = await load("surveys/random_order.js");
const { solve } = await load("core/challenge.js");

openPage();
globalThis.window = {
  StimulusModule: { Controller: class {} },
  wagtail: { app: { register: () => {} } },
};
const { splitLines } = await load("surveys/list_items.js");
const { makeToken } = await load("surveys/piping_editor.js");

test("too few, too many and one place twice are said", () => {
  const limits = {
    none: "none",
    few: { limit: 2, words: "few" },
    many: { limit: 3, words: "many" },
    twice: "twice",
  };
  const said = ["", "a", "ab", "abc", "abcd", "aba"].map((values) =>
    findProblem([...values], limits),
  );
  assert.deepEqual(said, ["none", "few", "", "", "many", "twice"]);
  assert.equal(findProblem([], {}), "");
  assert.equal(findProblem(["a", "a"], {}), "");
});

test("an order stays with its seed, and another seed has another", () => {
  const order = (seed) => [..."abcdefgh"].sort((a, b) => mix(seed, a) - mix(seed, b)).join("");
  assert.equal(order(7), order(7));
  assert.notEqual(order(7), order(8));
});

test("orders of random seeds are as likely as each other", () => {
  let number = 1;
  const draw = () => {
    number = (Math.imul(number, 1_664_525) + 1_013_904_223) | 0;
    return number;
  };
  const counted = {};
  for (let n = 0; n < 24_000; n++) {
    const seed = draw();
    const order = ["q.a", "q.b", "q.c", "q.d"].sort((a, b) => mix(seed, a) - mix(seed, b)).join();
    counted[order] = (counted[order] ?? 0) + 1;
  }
  const squares = Object.values(counted).map((n) => (n - 1000) ** 2 / 1000);
  assert.equal(squares.length, 24);
  // 23 degrees of freedom: above 60 once in 30,000 runs.
  assert.ok(squares.reduce((sum, each) => sum + each) < 60);
});

test("pasted lines lose bullets and numbers, and empty ones are left out", () => {
  assert.deepEqual(splitLines("- One\n\n2) Two\r\n • Three \n4.5 stars"), [
    "One",
    "Two",
    "Three",
    "4.5 stars",
  ]);
});

test("an answer's name is made of the first words, and is nobody else's", () => {
  assert.equal(
    makeToken("¿Cuántos años tienes hoy mismo?", [], "answer"),
    "cuantos_anos_tienes_hoy",
  );
  assert.equal(makeToken("Your name", ["your_name", "your_name_2"], "answer"), "your_name_3");
  assert.equal(makeToken("123", ["answer"], "answer"), "answer_2");
});

test("a proof of work is found, and says where", async () => {
  const parameters = { nonce: "00ff", salt: "0102", cost: 1, keyLength: 32, keyPrefix: "0" };
  const { challenge, solution } = JSON.parse(atob(await solve({ parameters })));
  assert.deepEqual(challenge, { parameters });
  assert.ok(solution.derivedKey.startsWith("0"));
  const password = new Uint8Array([0, 255, 0, 0, 0, 0]);
  new DataView(password.buffer, 2).setUint32(0, solution.counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const options = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array([1, 2]), iterations: 1 };
  const bits = await crypto.subtle.deriveBits(options, key, 256);
  assert.equal(Buffer.from(bits).toString("hex"), solution.derivedKey);
});
