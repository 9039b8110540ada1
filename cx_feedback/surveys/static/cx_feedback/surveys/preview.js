// A preview: its form goes nowhere, the thanks are shown as a reader would see them.
import { showThanks } from "../core/thanks.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.cxPreview === undefined || event.defaultPrevented) return;
  event.preventDefault();
  showThanks(form);
});
