// Who else looks at the conversations of a screen or writes in them, and what is new in an open one.

import { ask, pollWhileVisible } from "../../core/polling.js";

const screen = document.querySelector("[data-cx-presence]");
const places = [...document.querySelectorAll("[data-cx-looking]")];
const news = document.querySelector("[data-cx-news]");
const text = document.querySelector("#cx-answer");

let etag = "";

function parameters() {
  const found = new URLSearchParams({ ids: places.map((one) => one.dataset.cxLooking).join(",") });
  const { cxAt: at, cxSeen: seen } = screen.dataset;
  if (at) {
    found.set("at", at);
    found.set("seen", seen);
  }
  if (text?.value.trim()) found.set("writing", "1");
  return found;
}

// A status is read out only where its words have changed.
function show(place, words) {
  if (!place || place.textContent === words) return;
  place.textContent = words;
}

async function look() {
  const response = await ask(screen.dataset.cxPresence, parameters(), etag);
  if (!response.ok) return; // 304: nothing has changed.
  etag = response.headers.get("ETag");
  const found = await response.json();
  for (const place of places) show(place, found.looking[place.dataset.cxLooking] ?? "");
  show(news, found.news);
}

if (screen && places.length) pollWhileVisible(look);
