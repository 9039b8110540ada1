// Surveys, nicer: pages and conditions in place, going on at the page of the draft.
import * as store from "../core/browser_store.js";
import { keepDraft } from "../core/drafts.js";
import { addStartFields, countStart } from "./starts.js";
import { SurveyPages } from "./survey_pages.js";

function enhance(form) {
  const pages = new SurveyPages(form);
  const rankings = form.querySelectorAll(".cx-ranking");
  if (rankings.length) import("./ranking.js").then(({ rank }) => rankings.forEach(rank));
  turnPages(form, pages);
  rememberAnswered(form);
  form.addEventListener("cx:done", ({ detail: { thanks, url } }) => {
    // biome-ignore lint/performance/useDomNodeTextContent: it keeps the lines of the words.
    if (thanks) form.closest(".cx").querySelector(".cx-thanks").innerText = thanks;
    if (url) location.assign(url);
  });
  pages.show();
}

function turnPages(form, pages) {
  const goTo = (place) => {
    pages.goTo(place);
    form.dataset.cxStep = place;
    keepDraft(form);
  };
  form.addEventListener("input", () => {
    if (!form.dataset.cxSince) {
      addStartFields(form);
      if (form.dataset.cxApi) countStart(form);
    }
    pages.show();
  });
  form.addEventListener("submit", (event) => {
    if (pages.isLast) {
      pages.find("[name=step]")?.remove();
      return;
    }
    event.preventDefault();
    form.dispatchEvent(new CustomEvent("cx:answered", { detail: pages.lastKey }));
    goTo(pages.place + 1);
  });
  pages.back?.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(pages.place - 1);
  });
  form.addEventListener("cx:problem", () => pages.goToElement(pages.find("[aria-invalid]")));
  form.addEventListener("cx:restored", () => {
    if (form.dataset.cxSince) addStartFields(form);
    pages.goToDraft(Number(form.dataset.cxStep) || 0);
  });
}

// Where each reader answers once, this browser knows who has, and says so at once.
function rememberAnswered(form) {
  const box = form.closest(".cx");
  const note = box.querySelector("[data-cx-once]");
  if (!note) return;
  const key = `cx-once${note.dataset.cxOnce}`;
  const remember = () => store.write(key, 1);
  if (store.read(key)) note.hidden = false;
  if (location.hash.startsWith(`#${box.id}-thanks`)) remember();
  form.addEventListener("cx:done", remember);
  form.addEventListener("cx:problem", ({ detail }) => {
    if (/answered-before/.test(detail.type)) remember();
  });
}

for (const form of document.querySelectorAll(".cx-survey form[data-cx-api]")) enhance(form);
