// A thread as thread.html renders it.
import { make, makeForm, openPage } from "./fake_page.js";

// `replies` are items too; an item without `text` is the place of a removed comment.
export function makeItem(id, { text = "Words", replies = [] } = {}) {
  const article = make(
    "article",
    {},
    make("span", { class: "cx-initial" }),
    make("strong", { class: "cx-author" }, make("span", {})),
    make("a", { class: "cx-comment-date" }),
    make("div", { class: "cx-comment-text" }),
    make("div", { class: "cx-comment-actions" }),
  );
  article.querySelector(".cx-author").textContent = `Author ${id}`;
  article.querySelector(".cx-comment-text").innerHTML = text;
  const list = replies.length ? [make("ol", { class: "cx-replies" }, ...replies)] : [];
  return make("li", { class: "cx-comment", id: `cx-comment-${id}` }, article, ...list);
}

// Buttons with these values; reactions stand in a box to choose from.
export function addVotes(item, values, { isBox = false, name = "value" } = {}) {
  const buttons = values.map((value) =>
    make("button", { name, value: String(value), "aria-label": `${value}: 0` }, make("b")),
  );
  const parts = isBox ? [make("details", {}, ...buttons)] : buttons;
  const form = make("form", { class: "cx-vote" }, make("input", { name: "lang" }), ...parts);
  for (const button of buttons) button.form = form;
  item.querySelector(".cx-comment-actions").append(form);
  return form;
}

function makeCommentForm() {
  const line = make("p", { "data-cx-answering": "" }, make("strong"));
  const fields = ["parent", "text", "name"].map((name) => make("input", { name }));
  return makeForm({ id: "cx-comment-form", api: "/api/comments/" }, line, ...fields);
}

const DATA = {
  "data-cx-page": "7",
  "data-cx-api-list": "/api/comments/",
  "data-cx-base": "/comments/",
  "data-cx-more-at": "/comments/page/7/?lang=es",
  "data-cx-version": "v1",
  "data-cx-published": "2",
  "data-cx-order": "newest",
  "data-cx-waiting": "Awaiting approval",
  "data-cx-awaiting": "Confirm your address",
  "data-cx-edit-refused": "Edit refused",
  "data-cx-reason": "Reason",
  "data-cx-object": "Object",
  "data-cx-news": "Show new comments:",
  "data-cx-edit-it": "Edit",
  "data-cx-delete-it": "Delete",
};

// Opens a page with this thread. Returns its section.
export function openThread(...items) {
  const form = makeCommentForm();
  openPage(form);
  const blank = make("template", { "data-cx-blank": "" });
  blank.content = make("div", {}, makeItem(""));
  return make(
    "section",
    { class: "cx cx-comments", ...DATA },
    make("h2"),
    form,
    make("p", { id: "cx-flag-thanks" }),
    make("p", { "data-cx-news-line": "" }),
    make("ol", { "data-cx-thread": "" }, ...items),
    make("p", { "data-cx-empty": "" }),
    blank,
  );
}

export const listIds = (section) =>
  section.querySelectorAll("[data-cx-thread] .cx-comment").map(({ id }) => id.slice(11));
