// Counts who begins to answer, and shares the article.
import { addStartFields, countStart } from "../surveys/starts.js";

// A draft that came back was counted as a start before, an error page too.
function watchStart(form) {
  form.addEventListener("cx:restored", () => addStartFields(form));
  const onFirstInput = () => {
    const isKnown = form.elements.begun || form.dataset.cxSince;
    addStartFields(form);
    if (!isKnown) countStart(form);
  };
  form.addEventListener("input", onFirstInput, { once: true });
}

function share(event) {
  const { cxShare: copied } = event.target.dataset;
  if (!copied || !navigator.clipboard) return;
  event.preventDefault();
  const [url] = location.href.split("#");
  if (navigator.share) navigator.share({ url });
  else {
    navigator.clipboard.writeText(url).then(() => {
      event.target.textContent = copied;
    });
  }
}

for (const form of document.querySelectorAll(".cx-nps form[data-cx-api]")) {
  watchStart(form);
  form.closest(".cx").addEventListener("click", share);
}
