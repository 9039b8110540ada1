// Decides whom to ask, when and how often. The state is stored in this browser only.
import { addHiddenField } from "../core/core.js";

for (const el of document.querySelectorAll("[data-cx-ask]")) {
  const { key, share, rest, ms, seen, end } = JSON.parse(el.dataset.cxAsk);
  const wait = (days, drawn) => { localStorage[key] = [Date.now() + days * 864e5, drawn]; };
  let done = el.querySelector(":target");
  try {
    const [until, drawn] = (localStorage[key] ?? "").split(",");
    if (done) wait(rest[0]);
    else if (until > Date.now()) continue;
    else if (drawn || Math.random() * 100 < share) wait(0, 1);
    else { wait(rest[0]); continue; }
  } catch { if (!done) continue; }
  const close = (days) => { if (el.isConnected) el.remove(), done || wait(days, 1); };
  const show = () => {
    // Another tab may have asked since this page was opened.
    if (!done && +(localStorage[key] ?? "").split(",")[0] > Date.now()) return;
    el.removeAttribute("data-cx-ask");
    if (done || !(ms || seen)) return;
    const box = el.querySelector("details");
    const side = box.open = innerWidth - el.parentElement.getBoundingClientRect().right > 384;
    el.className += side ? " cx-slide cx-side" : " cx-slide";
    wait(rest[2], 1);
    addEventListener("keydown", (e) => e.key === "Escape" && close(rest[2]));
    addEventListener("focusin", (e) => { if (!el.contains(e.target)) box.open = side; });
  };
  const form = el.querySelector("form");
  // A draft that came back was counted as a start before.
  const begin = () => {
    if (form.elements.seconds) return;
    addHiddenField(form, "seconds", 1, "number");
    addHiddenField(form, "begun", 1, "skip");
  };
  form?.addEventListener("cx:restored", begin);
  form?.addEventListener("input", () => {
    const { elements, dataset } = form;
    begin();
    if (!dataset.cxSince) fetch(dataset.cxApi.replace("responses", "starts"), {
      method: "POST", keepalive: true, body: JSON.stringify({ page: +elements.page?.value || undefined, key: elements.key?.value }),
      headers: { "Content-Type": "application/json", "Accept-Language": elements.lang.value },
    }).catch(() => {});
  }, { once: true });
  el.addEventListener("cx:done", () => { done = 1; wait(rest[0]); });
  el.addEventListener("click", (e) => {
    const { type, value, dataset } = e.target, url = location.href.split("#")[0];
    if (type === "button") close(rest[value]);
    if (!dataset.cxShare || !navigator.clipboard) return;
    e.preventDefault();
    if (navigator.share) navigator.share({ url });
    else navigator.clipboard.writeText(url).then(() => { e.target.textContent = dataset.cxShare; });
  });
  const look = () => {
    const box = (end && (el.closest("article") ?? document.querySelector("article:has(h1)") ?? el.closest("main"))
      || document.documentElement).getBoundingClientRect();
    if ((innerHeight - box.top) / box.height > seen - .01) removeEventListener("scroll", look), show();
  };
  if (done || !(ms || seen)) show();
  else if (ms) setTimeout(show, ms);
  else addEventListener("scroll", look), look();
}
