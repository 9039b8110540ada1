// The thread below an article, nicer: what readers do there happens in place. What shows acts of
// the reader's own is loaded with the first of them.
import { hasActed, markActed } from "./act_marks.js";
import { answerComment, getForm, writeAgain } from "./comment_form.js";
import { findWay, showPage } from "./linked_pages.js";
import { showNews } from "./thread_news.js";

function enhance(section) {
  const form = getForm(section);
  if (form) enhanceForm(section, form);
  if (hasActed(section)) showOwnActs(section);
  watchNews(section);
  section.addEventListener("click", (event) => {
    const link = event.target.closest("a, button");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (follow(section, form, link)) event.preventDefault();
  });
  section.addEventListener("submit", () => markActed(section));
  section.addEventListener("cx:done", ({ target, detail }) => showSent(section, target, detail));
  document.addEventListener("cx:sent", () => showOwnActs(section));
}

// Returns whether the link or button does here what it would else do on a page of its own.
function follow(section, form, link) {
  const way = findWay(link);
  if (link.closest(".cx-vote button")) vote(section, link);
  else if (way) showPage(section, link, way).catch(() => location.assign(link.href));
  else if (form && link.matches("[data-cx-cancel]")) answerComment(section);
  else if (form && link.matches("[data-cx-reply], [data-cx-again]")) {
    writeAgain(section, link.dataset.cxReply);
  } else return false;
  return true;
}

async function vote(section, button) {
  try {
    const { sendVote } = await import("./votes.js");
    sendVote(section, button);
  } catch {
    button.form.requestSubmit(button);
  }
}

async function showSent(section, form, answer) {
  try {
    const sent = await import("./sent_forms.js");
    sent.showSent(section, form, answer);
  } catch {
    location.reload();
  }
}

// Without it the thread stays as everybody sees it.
async function showOwnActs(section) {
  try {
    const acts = await import("./own_acts.js");
    await acts.showOwnActs(section);
  } catch {
    /* no connection */
  }
}

function enhanceForm(section, form) {
  if (history.state?.cxTo) answerComment(section, history.state.cxTo);
  form.addEventListener("cx:reopen", ({ detail }) => answerComment(section, detail));
  const prepare = async () => {
    import("./sent_forms.js").catch(() => {});
    await showOwnActs(section); // Who writes may be logged in.
    const { prepareForm } = await import("./writing.js");
    prepareForm(form);
  };
  form.addEventListener("focusin", () => prepare().catch(() => {}), { once: true });
}

// Once the thread is in view, and when the tab is shown again.
function watchNews(section) {
  const show = () => showNews(section).catch(() => {});
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((each) => each.isIntersecting)) return;
    observer.disconnect();
    show();
  });
  observer.observe(section);
  document.addEventListener("visibilitychange", () => document.hidden || show());
}

for (const section of document.querySelectorAll(".cx-comments[data-cx-page]")) enhance(section);
// On its own page a form is posted plainly.
for (const form of document.querySelectorAll(".cx-page .cx-comments:not([data-cx-page]) > form"))
  delete form.dataset.cxApi;
