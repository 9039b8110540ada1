// Counts who begins to answer, and shares the article.
import { addHiddenField } from "../core/core.js";

for (const form of document.querySelectorAll(".cx-nps form[data-cx-api]")) {
  const { elements, dataset } = form;
  // A draft that came back was counted as a start before, an error page too.
  const begin = () => {
    if (elements.seconds) return;
    addHiddenField(form, "seconds", 1, "number");
    if (!elements.begun) addHiddenField(form, "begun", 1, "skip");
  };
  form.addEventListener("cx:restored", begin);
  form.addEventListener("input", () => {
    const known = elements.begun;
    begin();
    if (!known && !dataset.cxSince) fetch(dataset.cxApi.replace("responses", "starts"), {
      method: "POST", keepalive: true, body: JSON.stringify({ page: +elements.page?.value || undefined, key: elements.key?.value }),
      headers: { "Content-Type": "application/json", "Accept-Language": elements.lang.value },
    }).catch(() => {});
  }, { once: true });
  form.closest(".cx").addEventListener("click", (e) => {
    const words = e.target.dataset.cxShare, url = location.href.split("#")[0];
    if (!words || !navigator.clipboard) return;
    e.preventDefault();
    if (navigator.share) navigator.share({ url });
    else navigator.clipboard.writeText(url).then(() => { e.target.textContent = words; });
  });
}
