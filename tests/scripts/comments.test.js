import assert from "node:assert/strict";
import { test } from "node:test";
import { answerWith, make } from "./fake_page.js";
import { addVotes, listIds, makeItem, openThread } from "./fake_thread.js";
import { load } from "./paths.js";

const items = await load("comments/comment_items.js");
const commentForm = await load("comments/comment_form.js");
const marks = await load("comments/act_marks.js");
const { showOwnActs } = await load("comments/own_acts.js");
const { showSent } = await load("comments/sent_forms.js");
const { showNews } = await load("comments/thread_news.js");
const { sendVote, showVoted } = await load("comments/votes.js");
const pages = await load("comments/pages_in_place.js");

const STORED = { id: 5, name: "ñandú", html: "<p>Hi</p>", state: "published", parent: null };
const getText = (item) => item.querySelector(":scope > article > .cx-comment-text").innerHTML;
const findSent = (form) => form.querySelector("input:not([name=lang])");
const getState = (item) => item.querySelector(".cx-state")?.textContent;

test("a comment is a copy of the template, first or last by the order of the thread", () => {
  const section = openThread(makeItem(1), makeItem(2));
  const item = items.addComment(section, STORED);
  assert.deepEqual(listIds(section), ["5", "1", "2"]);
  assert.equal(item.querySelector(".cx-author").textContent, "ñandú");
  assert.equal(item.querySelector(".cx-initial").textContent, "Ñ");
  assert.equal(getText(item), "<p>Hi</p>");
  assert.equal(item.querySelector(".cx-comment-date"), null);
  assert.equal(section.querySelector("[data-cx-empty]"), null);
  section.dataset.cxOrder = "oldest";
  items.addComment(section, { ...STORED, id: 6 });
  assert.deepEqual(listIds(section), ["5", "1", "2", "6"]);
  assert.equal(items.addComment(section, STORED), null);
});

test("replies stand below their parent, one after the other", () => {
  const section = openThread(makeItem(1), makeItem(2));
  items.addComment(section, { ...STORED, parent: 1 });
  items.addComment(section, { ...STORED, id: 6, parent: 1 });
  assert.deepEqual(listIds(section), ["1", "5", "6", "2"]);
  assert.equal(section.querySelectorAll(".cx-replies").length, 1);
});

test("what waits says for whom, and no longer once it is published", () => {
  const section = openThread();
  const item = items.addComment(section, { ...STORED, state: "pending" });
  assert.equal(getState(item), "Awaiting approval");
  assert.ok(item.matches(".cx-pending"));
  items.showState(section, item, "awaiting");
  assert.equal(getState(item), "Confirm your address");
  items.showState(section, item, "published");
  assert.equal(getState(item), undefined);
  assert.ok(!item.matches(".cx-pending"));
});

test("one's own can be changed, by one pair of links, in the language of the page", () => {
  const section = openThread(makeItem(1));
  items.offerChanges(section, 1);
  items.offerChanges(section, 1);
  items.offerChanges(section, 99);
  const links = section.querySelectorAll("[data-cx-mine]");
  assert.deepEqual(
    links.map(({ href, textContent }) => [textContent, href]),
    [
      ["Edit", "/comments/1/edit/?lang=es"],
      ["Delete", "/comments/1/delete/?lang=es"],
    ],
  );
});

test("the form goes below the comment that it answers, and home again", () => {
  const section = openThread(makeItem(1));
  const form = commentForm.getForm(section);
  commentForm.answerComment(section, "1");
  assert.equal(form.closest("li").id, "cx-comment-1");
  assert.equal(form.elements.parent.value, "1");
  assert.equal(form.querySelector("[data-cx-answering] strong").textContent, "Author 1");
  assert.equal(history.state.cxTo, "1");
  commentForm.answerComment(section);
  assert.equal(section.children[1], form);
  assert.equal(form.elements.parent.value, "");
  assert.equal(form.querySelector("[data-cx-answering]").hidden, true);
});

test("a vote sends what results: the same button again takes it back", () => {
  const section = openThread(makeItem(1));
  const form = addVotes(section.querySelector("#cx-comment-1"), [1, -1]);
  const [up, down] = form.querySelectorAll("button");
  const send = (button) => {
    sendVote(section, button);
    return findSent(form).value;
  };
  assert.equal(send(up), "1");
  assert.equal(form.dataset.cxApi, "/api/comments/1/votes/");
  showVoted(form, { up: 3, down: 1, mine: 1 });
  assert.equal(up.ariaPressed, "true");
  assert.equal(down.ariaPressed, "false");
  assert.equal(up.ariaLabel, "1: 3");
  assert.equal(down.querySelector("b").textContent, "1");
  assert.equal(send(down), "-1");
  assert.equal(send(up), 0);
  assert.equal(form.querySelectorAll("input").length, 2);
});

test("a reaction that was chosen comes out of the box, and is taken back as a vote", () => {
  const section = openThread(makeItem(1));
  const options = { isBox: true, name: "reaction" };
  const form = addVotes(section.querySelector("#cx-comment-1"), ["love", "wow"], options);
  const wow = form.querySelectorAll("button")[1];
  sendVote(section, wow);
  assert.equal(findSent(form).name, "reaction");
  assert.equal(findSent(form).value, "wow");
  showVoted(form, { reactions: { wow: 2 }, reaction: "wow" });
  assert.equal(wow.parentElement, form);
  assert.equal(document.activeElement, wow);
  assert.equal(form.querySelector("details").open, false);
  assert.equal(form.querySelector("details b").textContent, "0");
  sendVote(section, wow);
  assert.equal(findSent(form).name, "value");
});

test("acts of one's own are shown, and the mark goes with the last of them", async () => {
  const section = openThread(makeItem(1), makeItem(2));
  const form = addVotes(section.querySelector("#cx-comment-1"), [1]);
  const mine = [{ ...STORED, id: 9, state: "pending" }];
  answerWith([200, { mine, own: [{ id: 2 }], votes: { 1: 1, 99: 1 } }], [200, {}], [503, {}]);
  await showOwnActs(section);
  assert.deepEqual(listIds(section), ["9", "1", "2"]);
  assert.equal(section.querySelectorAll("#cx-comment-2 [data-cx-mine]").length, 2);
  assert.equal(form.querySelector("button").ariaPressed, "true");
  assert.ok(marks.hasActed(section));
  await showOwnActs(section);
  assert.ok(!marks.hasActed(section));
  await showOwnActs(section);
  await showOwnActs(section); // no connection
});

test("refusals and waiting edits stand at the text that they are about, once", async () => {
  const section = openThread(makeItem(1));
  const refusal = { said: "Refused.", reason: "Spam", url: "/o/", may_object: true };
  const hidden = { ...STORED, state: "rejected" };
  const acts = { refused: [{ ...refusal, comment: hidden }], edits: { 1: "<p>New</p>" } };
  answerWith([200, acts], [200, acts]);
  await showOwnActs(section);
  await showOwnActs(section);
  assert.deepEqual(listIds(section), ["5", "1"]);
  const notices = section.querySelectorAll(".cx-refusal");
  assert.deepEqual(
    notices.map((each) => each.textContent),
    ["Refused. Reason: Spam Object"],
  );
  const edits = section.querySelectorAll("#cx-comment-1 .cx-edit-waits");
  assert.equal(edits.length, 1);
  assert.equal(edits[0].querySelector(".cx-badge").textContent, "Awaiting approval");
});

test("a refused text stands below the public one, whose place may not be loaded yet", async () => {
  const section = openThread(makeItem(1));
  const refusal = { said: "Refused.", reason: "Rude", url: "/o/1/", edit: "<p>Worse</p>" };
  const refused = [1, 9].map((id) => ({ ...refusal, comment: { ...STORED, id } }));
  answerWith([200, { refused }]);
  await showOwnActs(section);
  assert.deepEqual(listIds(section), ["1"]);
  const text = section.querySelector("#cx-comment-1 .cx-edit-refused");
  assert.equal(text.querySelector(".cx-badge").textContent, "Edit refused");
  assert.equal(text.innerHTML, "<p>Worse</p>");
  assert.ok(text.nextElementSibling.matches(".cx-refusal"));
});

test("news are counted from what the page shows", async () => {
  const section = openThread();
  const requests = answerWith([200, { published: 5 }], [200, { published: 2 }], [304, ""]);
  const getLink = () => section.querySelector("[data-cx-news-line] a");
  await showNews(section);
  assert.equal(requests[0].headers["If-None-Match"], '"v1"');
  assert.equal(getLink().textContent, "Show new comments: 3");
  assert.equal(getLink().href, "/comments/page/7/?lang=es&order=newest");
  await showNews(section);
  assert.equal(getLink(), null);
});

test("a comment that was stored is shown, counted, and its words leave the form", () => {
  const section = openThread(makeItem(1));
  const form = commentForm.getForm(section);
  answerWith([200, {}]);
  commentForm.answerComment(section, "1");
  form.elements.text.value = "Hi";
  showSent(section, form, { ...STORED, parent: 1 });
  assert.deepEqual(listIds(section), ["1", "5"]);
  assert.equal(section.dataset.cxPublished, "3");
  assert.equal(form.elements.text.value, "");
  assert.equal(section.children[1], form);
  assert.ok(marks.hasActed(section));
  showSent(section, form, { ...STORED, id: 6, state: "pending" });
  assert.equal(section.dataset.cxPublished, "3");
  showSent(section, form, null); // only the thanks
});

function openSmallForm(item, attributes) {
  const form = make("form", attributes);
  item.querySelector("article").append(make("div", { class: "cx-inline" }, form));
  return form;
}

test("small forms leave their thanks, a new text, or no comment", () => {
  const section = openThread(makeItem(1, { replies: [makeItem(2)] }));
  const [first, second] = section.querySelectorAll(".cx-comment");
  section.querySelector("#cx-flag-thanks").textContent = "Thanks.";
  showSent(section, openSmallForm(first, { "data-cx-then": "cx-flag-thanks" }), null);
  assert.equal(first.querySelector(".cx-status").textContent, "Thanks.");
  const edited = { html: "<p>Better</p>", state: "pending" };
  showSent(section, openSmallForm(second, { "data-cx-own": "2" }), edited);
  assert.equal(getText(second), "<p>Better</p>");
  assert.equal(getState(second), "Awaiting approval");
  assert.equal(section.querySelector(".cx-inline"), null);
  showSent(section, openSmallForm(first, { "data-cx-own": "1" }), null);
  assert.deepEqual(listIds(section), ["1", "2"]);
  assert.equal(first.querySelector(":scope > article"), null);
  showSent(section, openSmallForm(second, { "data-cx-own": "2" }), null);
  assert.deepEqual(listIds(section), ["1"]);
});

test("more comments come once, and the link goes on", () => {
  const section = openThread(makeItem(1));
  const makeLink = (path) => {
    const link = make("a", { "data-cx-more": "", href: path });
    make("p", {}, link);
    return link;
  };
  const link = makeLink("https://x.test/a/?after=1");
  section.append(link.parentElement);
  const page = openThread(makeItem(1), makeItem(2), makeItem(3));
  page.append(makeLink("?after=3").parentElement);
  pages.showMore(section, link, page);
  assert.deepEqual(listIds(section), ["1", "2", "3"]);
  assert.equal(String(link.href), "https://x.test/a/?after=3");
  assert.equal(document.activeElement.id, "cx-comment-2");
  pages.showMore(section, link, openThread(makeItem(4)));
  assert.equal(section.querySelector("[data-cx-more]"), null);
});

test("another order keeps a reply that is being written", async () => {
  const section = openThread(makeItem(1), makeItem(2));
  commentForm.answerComment(section, "2");
  const link = make("a", { "data-cx-order-by": "oldest", href: "https://x.test/a/" });
  section.append(link);
  const { state } = history;
  const page = openThread(makeItem(2), makeItem(1));
  history.state = state;
  await pages.showOrder(section, link, page);
  assert.deepEqual(listIds(section), ["2", "1"]);
  assert.equal(section.dataset.cxOrder, "oldest");
  assert.equal(link.ariaCurrent, "true");
  assert.equal(commentForm.getForm(section).closest("li").id, "cx-comment-2");
});
