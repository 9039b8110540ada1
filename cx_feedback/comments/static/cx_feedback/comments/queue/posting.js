// One post of the queue: what the server answered, or an error that says in a sentence why not.

import { $, $$, words } from "./page.js";

const TOKEN = "[name=csrfmiddlewaretoken]";

// `kind` is a status, "login" or "network"; what the server itself says of it comes first.
function problem(kind, answer) {
  const message = answer?.detail || words.problems[kind] || words.problems.other;
  return Object.assign(new Error(message), { kind, errors: answer?.errors });
}

// Django's token anew: logging in changes it. Returns whether there is one, so to whoever is in.
async function renewToken() {
  const response = await fetch(location.href, { redirect: "manual" });
  if (!response.ok) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = $(TOKEN, page)?.value;
  for (const field of token ? $$(TOKEN) : []) field.value = token;
  return Boolean(token);
}

// Whom Wagtail sends away is logged out, or may not do this: only the first is sent away from home.
async function whyAway() {
  const { type } = await fetch(words.home, { redirect: "manual" });
  return type === "opaqueredirect" ? "login" : 403;
}

async function attempt(url, body, again) {
  body.set("csrfmiddlewaretoken", $(TOKEN).value);
  const headers = { Accept: "application/json" };
  const response = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (answer || !(response.status === 403 || response.type === "opaqueredirect")) {
    throw problem(response.status, answer);
  }
  if (response.status === 403 && !again && (await renewToken())) return attempt(url, body, true);
  throw problem(await whyAway());
}

export async function post(url, body) {
  try {
    return await attempt(url, body);
  } catch (error) {
    throw error.kind ? error : problem("network");
  }
}
