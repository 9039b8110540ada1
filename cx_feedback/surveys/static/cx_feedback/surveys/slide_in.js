// Shows what is due for this reader (``sampling_and_rest.js``): in the text, or in a box that slides
// in at its moment, beside the text or below it, until the reader closes it.
import { all, draw } from "./sampling_and_rest.js";

for (const el of all) {
  const drawn = draw(el);
  if (!drawn) continue;
  const { ms, seen, end, slides, begun, rests, answered, asked, closed } = drawn;
  let { done } = drawn;
  const close = (how) => { if (el.isConnected) el.remove(), done || closed(how); };
  const show = () => {
    // Another tab may have asked since this page was opened.
    if (!done && rests()) return;
    el.hidden = false;
    el.removeAttribute("data-cx-ask");
    if (done || !slides) return;
    const box = el.querySelector(".cx-asked");
    const { left, right } = el.parentElement.getBoundingClientRect(), rtl = getComputedStyle(el).direction === "rtl";
    const side = box.open = (rtl ? left : innerWidth - right) > 384;
    el.className += side ? " cx-slide cx-side" : " cx-slide";
    asked();
    addEventListener("keydown", (e) => e.key === "Escape" && close(2));
    addEventListener("focusin", (e) => { if (!el.contains(e.target)) box.open = side; });
  };
  el.addEventListener("cx:done", () => { done = 1; answered(); });
  el.addEventListener("click", ({ target }) => { if (target.closest(".cx-bar button")) close(target.value); });
  const look = () => {
    const { top, height } = (end && (el.closest("article") ?? document.querySelector("article:has(h1)") ?? el.closest("main"))
      || document.documentElement).getBoundingClientRect();
    if ((innerHeight - top) / height > seen - .01) removeEventListener("scroll", look), show();
  };
  if (done || begun || !slides) show();
  else if (ms) setTimeout(show, ms);
  else addEventListener("scroll", look), look();
}
