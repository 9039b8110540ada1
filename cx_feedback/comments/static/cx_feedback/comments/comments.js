// Nothing personal before an act.

const MARK = "cx-comments-";

function marked(page) {
  try { return localStorage.getItem(MARK + page); } catch { return null; }
}

function mark(page, acted) {
  try { localStorage[acted ? "setItem" : "removeItem"](MARK + page, 1); } catch { /* no store */ }
}

function element(name, className = "", textContent = "") {
  return Object.assign(document.createElement(name), { className, textContent });
}

const item = (section, id) => section.querySelector(`#cx-comment-${id}`);
const writing = document.querySelector("[data-cx-page] #cx-comment-form");
const write = () => import("./writing.js");
const thread = (section) => section.querySelector("[data-cx-thread]");

async function fetchPage(url) {
  const response = await fetch(url);
  if (!response.ok) throw response;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function focusOn(found) {
  if (!found) return;
  found.tabIndex = -1;
  found.focus();
}

// Waiting for editors or for a verified email.
function tell(section, made, state) {
  const own = made.querySelector("article"), shown = state === "published";
  made.classList.toggle("cx-pending", !shown);
  own.querySelector(".cx-state")?.remove();
  if (shown) return;
  const { cxWaiting, cxAwaiting } = section.dataset;
  own.querySelector(".cx-author").after(" ", element("span", "cx-badge cx-state", state === "awaiting" ? cxAwaiting : cxWaiting));
}

// The server has cleaned the HTML.
function show(section, comment) {
  if (item(section, comment.id)) return null;
  const made = element("li", "cx-comment");
  made.id = `cx-comment-${comment.id}`;
  const article = made.appendChild(element("article"));
  article.appendChild(element("header", "cx-comment-header")).appendChild(element("span")).append(element("strong", "cx-author", comment.name));
  Object.assign(article.appendChild(element("div", "cx-comment-text")), { dir: "auto", innerHTML: comment.html });
  article.append(element("div", "cx-comment-actions"));
  tell(section, made, comment.state);
  const parent = item(section, comment.parent);
  if (parent) {
    const list = parent.querySelector(":scope > .cx-replies") ?? parent.appendChild(element("ol", "cx-replies"));
    list.append(made);
  } else if (section.dataset.cxOrder === "oldest") thread(section).append(made);
  else thread(section).prepend(made);
  section.querySelector("[data-cx-empty]")?.remove();
  return made;
}

function pressed(form, value) {
  for (const button of form.querySelectorAll("button")) {
    button.ariaPressed = button.value === String(value);
  }
}

function offer(section, id) {
  const acts = item(section, id)?.querySelector(":scope > article > .cx-comment-actions");
  if (!acts || acts.querySelector("[data-cx-mine]")) return;
  const base = section.dataset.cxBase;
  for (const [name, words] of [["edit", section.dataset.cxEditIt], ["delete", section.dataset.cxDeleteIt]]) {
    const link = acts.appendChild(element("a", "", words));
    link.href = `${base}${id}/${name}/?lang=${document.documentElement.lang}`;
    link.dataset.cxInline = link.dataset.cxMine = "";
  }
}

async function recall(section) {
  const page = section.dataset.cxPage;
  const url = `${section.dataset.cxApiList}?page=${page}&only=mine`;
  const response = await fetch(url);
  if (!response.ok) return;
  const { mine = [], own = [], edits, refused = [], votes = {}, reactions = {}, account } = await response.json();
  if (writing && account !== undefined) (await write()).writeAs(writing, account);
  for (const comment of mine.reverse()) show(section, comment);
  for (const { id } of own) offer(section, id);
  if (edits) import("./waiting_edit.js").then((it) => it.show(section, edits));
  if (refused.length) import("./refusals.js").then((it) => it.show(section, refused, show));
  for (const [id, value] of Object.entries(votes)) {
    const form = item(section, id)?.querySelector(":scope > article .cx-vote");
    if (form) pressed(form, form.querySelector("details") ? reactions[id] : value);
  }
  mark(page, mine.length || own.length || refused.length || Object.keys(votes).length);
}

// The resulting vote: requests may repeat.
function vote(section, form, button) {
  const back = button.ariaPressed === "true", name = back ? "value" : button.name;
  const wanted = form.querySelector("input:not([name=lang])") ?? form.appendChild(element("input"));
  Object.assign(wanted, { type: "hidden", name, value: back ? 0 : button.value });
  wanted.dataset.cxType = name === "value" ? "number" : "";
  form.dataset.cxApi = `${section.dataset.cxApiList}${form.closest(".cx-comment").id.slice(11)}/votes/`;
  form.requestSubmit();
}

function voted(form, result) {
  for (const each of form.querySelectorAll("button")) {
    const n = result.reactions ? result.reactions[each.value] ?? 0 : each.value === "1" ? result.up : result.down;
    each.querySelector("b").textContent = n;
    each.ariaLabel = each.ariaLabel.replace(/\d+$/, n);
  }
  pressed(form, result.reaction ?? result.mine);
  const choices = form.querySelector("details"), chosen = choices?.querySelector("[aria-pressed=true]");
  if (!chosen) return;
  choices.open = false;
  choices.before(chosen);
  chosen.focus();
}

const home = (section) => section.querySelector("h2").after(writing);

// The history keeps `id`: a reply stays one after "back".
function answer(section, id = "") {
  if (!writing) return;
  const line = writing.querySelector("[data-cx-answering]"), comment = item(section, id);
  history.replaceState({ ...history.state, cxTo: id }, "");
  writing.elements.parent.value = id;
  line.hidden = !id;
  line.querySelector("strong").textContent = comment?.querySelector(".cx-author").textContent ?? "…";
  home(section);
  comment?.querySelector("article").append(writing);
  writing.dispatchEvent(new Event("cx:moved", { bubbles: true }));
}

function again() {
  for (const thanks of document.querySelectorAll(".cx-comments .cx-thanks")) thanks.classList.remove("cx-shown");
  if (document.querySelector(".cx-thanks:target")) location.hash = "cx-comments";
  writing.hidden = false;
}

// A small form below its link.
async function inline(link) {
  const place = link.closest("article") ?? link.parentElement;
  const open = place.querySelector(":scope > .cx-inline");
  open?.remove();
  if (open?.dataset.cxFor !== link.href) await turn("show", place, link);
}

// What shows the page of a link in place is loaded when one is pressed.
async function turn(name, place, link) {
  const [next, pages] = await Promise.all([fetchPage(link.href), import("./more_in_place.js")]);
  pages[name](place, link, next);
}

async function renew(section, link) {
  const order = link.dataset.cxOrderBy;
  const next = await fetchPage(link.href);
  const list = thread(next);
  if (writing) home(section);
  thread(section).replaceChildren(...list.children);
  answer(section, history.state?.cxTo);
  Object.assign(section.dataset, list.dataset, { cxOrder: order });
  for (const each of section.querySelectorAll("[data-cx-order-by]")) {
    each.ariaCurrent = each.dataset.cxOrderBy === order ? "true" : null;
  }
  section.querySelector("[data-cx-more]")?.parentElement.remove();
  const onward = next.querySelector("[data-cx-more]");
  if (onward) {
    onward.href = new URL(onward.getAttribute("href"), link.href);
    thread(section).after(onward.parentElement);
  }
  section.querySelector("[data-cx-news-line]").replaceChildren();
  if (marked(section.dataset.cxPage)) await recall(section);
}

// Changes since the page was cached.
async function news(section) {
  const { cxApiList, cxPage, cxVersion, cxPublished, cxMoreAt, cxOrder } = section.dataset;
  const response = await fetch(`${cxApiList}?page=${cxPage}&only=news`, {
    headers: { "If-None-Match": `"${cxVersion}"` },
  });
  if (response.status !== 200) return;
  const { published } = await response.json();
  const n = published - cxPublished;
  const line = section.querySelector("[data-cx-news-line]");
  line.replaceChildren();
  if (n <= 0) return;
  const link = line.appendChild(element("a", "cx-button", `${section.dataset.cxNews} ${n}`));
  link.href = `${cxMoreAt}&order=${cxOrder}`;
  link.dataset.cxOrderBy = cxOrder;
}

function done(section, form, comment) {
  const page = section.dataset.cxPage;
  mark(page, true);
  if (form.matches(".cx-vote")) return voted(form, comment);
  if (form === writing) {
    const made = comment && show(section, comment);
    if (made && comment.state === "published") section.dataset.cxPublished++;
    form.elements.text.value = "";
    answer(section);
    made?.scrollIntoView({ block: "nearest" });
    recall(section).catch(() => {});
    return;
  }
  const said = document.getElementById(form.dataset.cxThen);
  const changed = form.dataset.cxOwn && item(section, form.dataset.cxOwn);
  form.closest(".cx-inline")?.replaceWith(...(said ? [element("p", "cx-status cx-shown", said.textContent)] : []));
  if (changed && comment) {
    changed.querySelector(":scope > article > .cx-comment-text").innerHTML = comment.html;
    tell(section, changed, comment.state);
    if (comment.edit) recall(section);
    focusOn(changed);
  } else if (changed) {
    if (changed.querySelector(".cx-replies")) changed.querySelector(":scope > article").remove();
    else changed.remove();
  }
}

function enliven(section) {
  if (history.state?.cxTo) answer(section, history.state.cxTo);
  writing?.addEventListener("cx:reopen", ({ detail }) => answer(section, detail));
  document.addEventListener("cx:sent", () => recall(section).catch(() => {}));
  if (marked(section.dataset.cxPage)) recall(section).catch(() => {});
  new IntersectionObserver((seen, watch) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    watch.disconnect();
    news(section).catch(() => {});
  }).observe(section);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) news(section).catch(() => {});
  });
  section.addEventListener("click", (event) => {
    const link = event.target.closest("a, button");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const leave = () => location.assign(link.href);
    if (link.closest(".cx-vote button")) vote(section, link.form, link);
    else if (link.matches("[data-cx-order-by]")) renew(section, link).catch(leave);
    else if (link.matches("[data-cx-more]")) turn("more", section, link).catch(leave);
    else if (link.matches("[data-cx-below]")) turn("below", section, link).catch(leave);
    else if (link.matches("[data-cx-inline]")) inline(link).catch(leave);
    else if (!writing) return;
    else if (link.matches("[data-cx-cancel]")) answer(section);
    else if (link.matches("[data-cx-reply], [data-cx-again]")) {
      const { cxReply } = link.dataset;
      again();
      if (cxReply) answer(section, cxReply);
      writing.elements.text.focus();
    }
    else return;
    event.preventDefault();
  });
  // Who writes may be logged in.
  writing?.addEventListener("focusin", () => {
    recall(section).catch(() => {}).then(write).then(({ prepare }) => prepare(writing), () => {});
  }, { once: true });
  section.addEventListener("submit", () => mark(section.dataset.cxPage, true));
  section.addEventListener("cx:done", (event) => done(section, event.target, event.detail));
}

for (const section of document.querySelectorAll(".cx-comments[data-cx-page]")) enliven(section);
// On its own page a form is posted plainly.
for (const form of document.querySelectorAll(".cx-page .cx-comments:not([data-cx-page]) > form")) delete form.dataset.cxApi;
