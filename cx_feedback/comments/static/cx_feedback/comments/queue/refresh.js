// Fetching the rows anew.

import { choose } from "./current_row.js";
import { $, words } from "./page.js";
import { idOf, ready, rows } from "./rows.js";

// Fetch the rows anew, as Wagtail's own search does, and go to the comment ``id`` or the first.
export async function renew(id = "") {
  const url = new URL(location.href);
  const response = await fetch(`${words.results}${url.search}`, {
    headers: { "X-Requested-With": "XMLHttpRequest" },
    redirect: "manual", // To the login: that is no list of comments.
  });
  if (!response.ok) throw new Error(response.status);
  $("#listing-results").innerHTML = await response.text();
  ready();
  choose((id && rows().find((row) => idOf(row) === id)) || rows()[0]);
  if (!rows().length) $(".cx-nothing")?.focus();
}
