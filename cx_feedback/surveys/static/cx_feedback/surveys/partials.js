// Sends the pages that were answered, and a score that was chosen, before they are sent for good;
// only where the form says so. The draft's key is the key of the attempt: nothing more is stored.
import { addHiddenField, collect, newKey } from "../core/core.js";

const DELAY = 1500;

for (const form of document.querySelectorAll("form[data-cx-partials]")) {
  const { dataset } = form, note = form.querySelector("[data-cx-told]");
  if (!note) continue;
  let field, far = "", timer;

  const open = () => {
    field ??= form.elements.partial ?? addHiddenField(form, "partial", dataset.cxKey ??= newKey());
  };
  const save = (upto) => {
    open();
    // Going back takes nothing back that was answered on later pages.
    const keys = [...form.querySelectorAll("[data-cx-q]")].map((each) => each.dataset.cxQ);
    if (keys.indexOf(upto) >= keys.indexOf(far)) far = upto;
    const off = [...form.elements].filter((each) => each.disabled && each.name.startsWith("answers."));
    for (const each of off) each.disabled = false;
    const body = JSON.stringify({
      answers: {}, ...collect(form), upto: far, sequence: Date.now() - (dataset.cxSince ?? Date.now()),
    });
    for (const each of off) each.disabled = true;
    fetch(dataset.cxPartials, {
      method: "POST", keepalive: body.length < 6e4, body,
      headers: { "Content-Type": "application/json", "Accept-Language": form.elements.lang.value },
    }).catch(() => {});
  };
  const stop = () => { clearTimeout(timer); timer = 0; };
  const flush = () => { if (timer) stop(), save("score"); };

  form.addEventListener("cx:answered", ({ detail }) => save(detail));
  if (note.hidden) { // An NPS widget: a score that is chosen is an answered page.
    note.hidden = false;
    form.addEventListener("input", ({ target }) => {
      if (target.name === "answers.score") stop(), timer = setTimeout(flush, DELAY);
    });
    addEventListener("pagehide", flush);
  }
  // What an earlier page load has kept goes too, when its draft is sent.
  form.addEventListener("submit", () => { stop(); open(); });
  form.addEventListener("cx:done", () => {
    field?.remove();
    field = null;
    far = "";
  });
}
