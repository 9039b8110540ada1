// The HTML is the same for every reader: random order is the page's doing. It is made of the seed and
// of what an item is, so that it stays after a reload, with answers filled in, and with items added.
import * as store from "../core/browser_store.js";

const WEEK = 7 * 24 * 3600 * 1000;
const PREFIX = "cx-order";

// Returns a number below 2 ** 32, by FNV-1a and the finish of MurmurHash3.
export function mix(seed, words) {
  let number = seed;
  for (const character of words) number = Math.imul(number ^ character.codePointAt(), 0x01000193);
  number = Math.imul(number ^ (number >>> 15), 0x2c1b3c6d);
  number = Math.imul(number ^ (number >>> 12), 0x297a2d39);
  return (number ^ (number >>> 15)) >>> 0;
}

function shuffle(box, seed) {
  const end = box.querySelector(":scope > [data-cx-end]");
  const getPlace = (item) => {
    const { name, value } = item.querySelector("input, select") ?? item;
    return mix(seed, item.querySelector("select") ? name : name + value);
  };
  const items = [...box.children].filter((item) => item !== end && item.value !== "");
  items.sort((one, other) => getPlace(one) - getPlace(other));
  for (const item of items) box.insertBefore(item, end);
}

// Returns the seed of a form in this browser: gone with the response, or a week after it was drawn.
function drawSeed(key) {
  const now = Date.now();
  for (const each of store.listKeys(PREFIX)) {
    if (!(store.read(each)?.until > now)) store.remove(each);
  }
  const known = store.read(key);
  if (known) return known.seed;
  const seed = (Math.random() * 2 ** 32) | 0;
  if (key !== PREFIX) store.write(key, { seed, until: now + WEEK });
  return seed;
}

// Later pages are in a template until surveys.js, which runs after this, takes them out. A preview
// has no address, and keeps no seed.
function shuffleForm(form) {
  const parts = [form, ...[...form.querySelectorAll("template")].map(({ content }) => content)];
  const boxes = parts.flatMap((part) => [...part.querySelectorAll("[data-cx-shuffle]")]);
  if (!boxes.length) return;
  const key = PREFIX + form.dataset.cxApi;
  const seed = drawSeed(key);
  for (const box of boxes) shuffle(box, seed);
  form.addEventListener("cx:done", () => store.remove(key));
  if (location.hash.startsWith(`#${form.closest(".cx").id}-thanks`)) store.remove(key);
}

const forms = globalThis.document?.querySelectorAll(".cx-survey form[data-cx-api]");
for (const form of forms ?? []) shuffleForm(form);
