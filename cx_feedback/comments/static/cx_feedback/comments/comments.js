// The conversation, nicer: replies where they belong, one's own waiting comments in the thread,
// more comments without leaving the page. Everything works without this file too.

const MARK = "cx-comments-waiting";

function marks() {
  try { return JSON.parse(localStorage.getItem(MARK) ?? "{}"); } catch { return {}; }
}

function mark(page, waits) {
  const all = marks();
  if (waits) all[page] = Date.now();
  else delete all[page];
  try { localStorage.setItem(MARK, JSON.stringify(all)); } catch { /* a full or forbidden store */ }
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// The HTML of a comment was cleaned by the server, for everybody's page.
function showWaiting(section, comment) {
  if (section.querySelector(`#comment-${comment.id}`)) return null;
  const item = element("li", "cx-comment cx-pending");
  item.id = `comment-${comment.id}`;
  const article = item.appendChild(element("article"));
  const by = article.appendChild(element("header", "cx-by"));
  const who = by.appendChild(element("span"));
  who.append(element("strong", "cx-author", comment.name), " ");
  who.append(element("span", "cx-badge", section.dataset.cxWaiting));
  const words = article.appendChild(element("div", "cx-words"));
  words.innerHTML = comment.html;
  const parent = comment.parent && section.querySelector(`#comment-${comment.parent}`);
  if (parent) {
    let list = parent.querySelector(":scope > .cx-replies");
    list ??= parent.appendChild(element("ol", "cx-replies"));
    list.append(item);
  } else if (section.dataset.cxOrder === "oldest") {
    section.querySelector("[data-cx-thread]").append(item);
  } else {
    section.querySelector("[data-cx-thread]").prepend(item);
  }
  section.querySelector("[data-cx-empty]")?.remove();
  return item;
}

async function recall(section) {
  const page = section.dataset.cxPage;
  const url = `${section.dataset.cxApiList}?page=${page}&only=mine`;
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) return;
  const { mine = [] } = await response.json();
  for (const comment of mine.reverse()) showWaiting(section, comment);
  mark(page, mine.length > 0);
}

function answer(form, link) {
  const comment = link.closest(".cx-comment");
  form.elements.parent.value = link.dataset.cxReply;
  const line = form.querySelector("[data-cx-answering]");
  line.hidden = false;
  line.querySelector("strong").textContent = comment.querySelector(".cx-author").textContent;
  again(form);
  comment.querySelector(":scope > article").append(form);
  form.elements.text.focus();
}

function home(form, section) {
  form.elements.parent.value = "";
  form.querySelector("[data-cx-answering]").hidden = true;
  section.querySelector("h2").after(form);
}

function again(form) {
  const thanks = document.getElementById("cx-comment-thanks");
  thanks?.classList.remove("cx-shown");
  if (location.hash === "#cx-comment-thanks") location.hash = "cx-comments";
  form.hidden = false;
}

async function more(section, link) {
  link.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(response.status);
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    const items = [...next.querySelectorAll("[data-cx-thread] > li")];
    section.querySelector("[data-cx-thread]").append(...items);
    const onward = next.querySelector("[data-cx-more]")?.getAttribute("href");
    if (onward) link.href = new URL(onward, link.href);
    else link.parentElement.remove();
    if (items[0]) { items[0].tabIndex = -1; items[0].focus(); }
  } catch {
    location.assign(link.href);
  }
}

function done(section, form, comment) {
  const item = comment && showWaiting(section, comment);
  form.elements.text.value = "";
  mark(section.dataset.cxPage, true);
  home(form, section);
  // The thanks stand where the form stood; the new comment comes into view only if near.
  document.getElementById("cx-comment-thanks")?.classList.add("cx-shown");
  item?.scrollIntoView({ block: "nearest" });
}

function enliven(section) {
  const form = section.querySelector(".cx-comment-form");
  if (section.dataset.cxPage in marks()) recall(section).catch(() => {});
  section.addEventListener("click", (event) => {
    const link = event.target.closest("a, button");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.matches("[data-cx-more]")) more(section, link);
    else if (form && link.matches("[data-cx-reply]")) answer(form, link);
    else if (form && link.matches("[data-cx-again]")) { again(form); form.elements.text.focus(); }
    else if (form && link.matches("[data-cx-cancel]")) home(form, section);
    else return;
    event.preventDefault();
  });
  form?.addEventListener("cx:done", (event) => done(section, form, event.detail));
}

for (const section of document.querySelectorAll(".cx-comments[data-cx-api-list]")) enliven(section);
