import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { make, openPage } from "./fake_page.js";
import { load } from "./paths.js";

await load("core/client/client.js"); // which the script waits for

// A page view of a reader who agreed and whose last counted day is `mark`; returns what was sent.
let views = 0;
async function view(moment, mark, zone) {
  mock.timers.enable({ apis: ["Date"], now: new Date(moment) });
  openPage();
  localStorage["cx-visits"] = JSON.stringify(mark);
  const box = make("section", { "data-cx-visits": "/v/", "data-cx-zone": zone }, make("form"));
  document.querySelector = () => box;
  const sent = [];
  globalThis.fetch = async (url) => {
    sent.push(url);
    return { ok: true };
  };
  views += 1;
  await load(`readers/readers.js?view=${views}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  mock.timers.reset();
  return [sent.length, JSON.parse(localStorage["cx-visits"])];
}

test("a visit is counted once a day of the site", async () => {
  const zone = "Europe/Madrid";
  assert.deepEqual(await view("2026-11-30T12:00Z", "2026-11-29", zone), [1, "2026-11-30"]);
  assert.deepEqual(await view("2026-11-30T20:00Z", "2026-11-30", zone), [0, "2026-11-30"]);
  // Half past midnight in Madrid, where UTC has the day before.
  assert.deepEqual(await view("2026-11-30T23:30Z", "2026-11-30", zone), [1, "2026-12-01"]);
  // An evening in Lima, where UTC has the day after.
  const lima = "America/Lima";
  assert.deepEqual(await view("2026-12-01T02:00Z", "2026-11-30", lima), [0, "2026-11-30"]);
});
