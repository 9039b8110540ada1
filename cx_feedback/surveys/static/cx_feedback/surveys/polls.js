// Polls: the result after an answer, or anew where the page's is older than a minute. The reader's
// own answer is marked from this browser's storage; the server is not asked whose it is.
import { collect, load as recall, save } from "../core/core.js";

const values = (a) => Array.isArray(a) ? a.flatMap(values) : a == null ? [] : [typeof a === "object" ? ":other" : `${a}`];
const isOver = (seconds) => seconds && seconds * 1e3 < Date.now();

function follow(box) {
  const { cxPoll: url, cxQuestion: key, cxUntil: until, cxAfter: after } = box.dataset;
  const section = box.closest(".cx-survey"), form = section.querySelector("form"), name = "cx-poll " + key;
  let mine = recall(name) ?? [];
  const mark = () => {
    for (const row of box.querySelectorAll("[data-cx-value]")) {
      const own = mine.includes(row.dataset.cxValue);
      row.classList.toggle("cx-own", own);
      row.querySelector("[data-cx-mine]").hidden = !own;
    }
  };
  const load = async () => {
    try {
      const response = await fetch(`${url}&part=1`);
      if (!response.ok) return;
      box.innerHTML = await response.text();
      for (const link of section.querySelectorAll(".cx-thanks a")) if (link.getAttribute("href") === url) link.remove();
      mark();
    } catch { /* what is there stays */ }
  };

  mark();
  if (form) section.querySelector("[data-cx-told]").hidden = false;
  form?.addEventListener("cx:done", () => {
    save(name, mine = values(collect(form).answers?.[key]));
    load();
  });
  // Closed meanwhile, or answered before: what there is to see is the result.
  form?.addEventListener("cx:problem", ({ detail }) => /closed|full|answered-before/.test(detail.type) && load());
  const at = box.querySelector("[data-cx-at]")?.dataset.cxAt, thanked = location.hash.startsWith(`#${section.id}-thanks`);
  if (at ? isOver(+at + 60) : thanked || isOver(until) || (after != null && mine.length)) load();
}

document.querySelectorAll('[data-cx-poll*="?"]').forEach(follow);
