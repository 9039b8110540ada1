// Shows a survey, a poll with its result and a thread, by the client alone. The address says of
// which API: ?api=…&page=…&survey=…&poll=…
import { FeedbackClient } from "./client.js";

const given = new URLSearchParams(location.search);
const [page, survey, poll] = ["page", "survey", "poll"].map((name) => Number(given.get(name)));
const cx = new FeedbackClient(given.get("api"), { lang: "en" });
const $ = (selector) => document.querySelector(selector);

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Says what became of an act: what was thanked for, what is wrong, or that it waits.
async function act(section, job) {
  const line = $(`#${section} output`);
  line.value = "…";
  try {
    line.value = await job();
  } catch (error) {
    const fields = Object.entries(error.errors).map(([name, texts]) => `${name}: ${texts}`);
    line.value = error.isKept ? `waits: ${error.code}` : [error.code, ...fields].join(" ");
  }
}

function onSubmit(section, job) {
  $(`#${section} form`).addEventListener("submit", (event) => {
    event.preventDefault();
    act(section, () => job(Object.fromEntries(new FormData(event.target))));
  });
}

function makeField({ key, label, type, options }) {
  if (type !== "choice") return make("label", {}, label, make("input", { name: key }));
  const choices = options.choices.map(({ key: value, label }) =>
    make("label", {}, make("input", { type: "radio", name: key, value }), label),
  );
  return make("fieldset", {}, make("legend", {}, label), ...choices);
}

async function showSurvey(section, id) {
  const { title, version, questions } = await cx.getSurvey(id, { page });
  $(`#${section} h2`).textContent = title;
  const fields = questions.filter(({ asks }) => asks).map(makeField);
  $(`#${section} form`).replaceChildren(...fields, make("button", {}, "Answer"));
  onSubmit(section, async (values) => {
    const filled = Object.entries(values).filter(([, value]) => value);
    const answers = Object.fromEntries(filled);
    const { thanks } = await cx.answerSurvey(id, { page, version, answers });
    if (id === poll) await showResult();
    return thanks;
  });
}

async function showResult() {
  const { n, rows } = await cx.getPoll(poll, { page });
  const lines = rows.map(({ label, share }) => make("li", {}, `${label}: ${Math.round(share)} %`));
  $("#poll ul").replaceChildren(make("li", {}, `${n} answers`), ...lines);
}

async function showComments() {
  const { comments, mine = [], votes = {} } = await cx.listComments(page);
  const items = [...mine, ...comments].map(({ id, name, html, up, state }) => {
    const text = make("div", { innerHTML: html });
    const button = make("button", { ariaPressed: String(votes[id] === 1) }, `▲ ${up}`);
    button.addEventListener("click", () => vote(id, votes[id] === 1 ? 0 : 1));
    return make("li", { className: state }, make("b", {}, name), text, button);
  });
  $("#comments ol").replaceChildren(...items);
}

function vote(id, value) {
  return act("comments", async () => {
    const { mine } = await cx.voteOnComment(id, value);
    await showComments();
    return `vote ${mine}`;
  });
}

onSubmit("comments", async (values) => {
  const { state } = await cx.createComment({ page, ...values });
  await showComments();
  return state;
});
onSubmit("subscribe", async (values) => (await cx.subscribe({ page, ...values })).state);
$("#me button").addEventListener("click", () =>
  act("me", async () => {
    await cx.forgetMe();
    return `known: ${(await cx.getMe()).known}`;
  }),
);
cx.addEventListener("sent", () => {
  $("#comments output").value = "arrived";
  showComments();
});

await Promise.all([showSurvey("survey", survey), showSurvey("poll", poll)]);
await Promise.all([showResult(), showComments()]);
document.body.className = "ready";
