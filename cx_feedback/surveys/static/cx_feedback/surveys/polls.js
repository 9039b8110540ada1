// Polls: the result after an answer, or anew where the page's is older than a minute. The reader's
// own answer is marked from this browser's storage; the server is not asked whose it is.
import * as store from "../core/browser_store.js";
import { collect } from "../core/forms.js";

const MINUTE = 60;

function listValues(answer) {
  if (answer == null) return [];
  if (Array.isArray(answer)) return answer.flatMap(listValues);
  return [typeof answer === "object" ? ":other" : String(answer)];
}

const isOver = (seconds) => seconds > 0 && seconds * 1000 < Date.now();

// Whether the result that the page has, or lacks, is not what the reader may see now.
function isStale(box, section, own) {
  const { cxUntil, cxAfter } = box.dataset;
  const countedAt = box.querySelector("[data-cx-at]")?.dataset.cxAt;
  if (countedAt) return isOver(Number(countedAt) + MINUTE);
  const isThanked = location.hash.startsWith(`#${section.id}-thanks`);
  return isThanked || isOver(Number(cxUntil)) || (cxAfter !== undefined && own.length > 0);
}

function follow(box) {
  const { cxPoll: url, cxQuestion: key } = box.dataset;
  const section = box.closest(".cx-survey");
  const form = section.querySelector("form");
  const name = `cx-poll ${key}`;
  let own = store.read(name) ?? [];

  const markOwn = () => {
    for (const row of box.querySelectorAll("[data-cx-value]")) {
      const isOwn = own.includes(row.dataset.cxValue);
      row.classList.toggle("cx-own", isOwn);
      row.querySelector("[data-cx-mine]").hidden = !isOwn;
    }
  };
  const load = async () => {
    const response = await fetch(`${url}&part=1`);
    if (!response.ok) return;
    box.innerHTML = await response.text();
    for (const link of section.querySelectorAll(".cx-thanks a")) {
      if (link.getAttribute("href") === url) link.remove();
    }
    markOwn();
  };
  const tryToLoad = () => load().catch(() => {}); // What is there stays.

  markOwn();
  if (isStale(box, section, own)) tryToLoad();
  if (!form) return;
  section.querySelector("[data-cx-told]").hidden = false;
  form.addEventListener("cx:done", () => {
    own = listValues(collect(form).answers?.[key]);
    store.write(name, own);
    tryToLoad();
  });
  // Closed meanwhile, or answered before: what there is to see is the result.
  form.addEventListener("cx:problem", ({ detail }) => {
    if (/closed|full|answered-before/.test(detail.type)) tryToLoad();
  });
}

for (const box of document.querySelectorAll('[data-cx-poll*="?"]')) follow(box);
