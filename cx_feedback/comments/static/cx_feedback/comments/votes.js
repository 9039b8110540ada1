// Votes and reactions. Sent is the vote that results, so that a request may be repeated.
import { make } from "./thread_parts.js";

const countsReactions = (form) => Boolean(form.querySelector("details"));

export function sendVote(section, button) {
  const { form } = button;
  const isTakenBack = button.ariaPressed === "true";
  const name = isTakenBack ? "value" : button.name;
  const field = form.querySelector("input:not([name=lang])") ?? form.appendChild(make("input"));
  Object.assign(field, { type: "hidden", name, value: isTakenBack ? 0 : button.value });
  field.dataset.cxType = name === "value" ? "number" : "";
  const id = form.closest(".cx-comment").id.slice("cx-comment-".length);
  form.dataset.cxApi = `${section.dataset.cxApiList}${id}/votes/`;
  form.requestSubmit();
}

// Shows what this reader voted for, in a thread that is the same for every reader.
export function showOwnVote(form, vote, reaction, tally) {
  if (tally) showTally(form, tally);
  else press(form, countsReactions(form) ? reaction : vote);
}

function press(form, value) {
  for (const button of form.querySelectorAll("button")) {
    button.ariaPressed = button.value === String(value);
  }
}

function showTally(form, { reactions, reaction, up, down, mine }) {
  for (const button of form.querySelectorAll("button")) {
    const votes = button.value === "1" ? up : down;
    const n = reactions ? (reactions[button.value] ?? 0) : votes;
    button.querySelector("b").textContent = n;
    button.ariaLabel = button.ariaLabel.replace(/\d+$/, n);
  }
  press(form, reaction ?? mine);
}

// A reaction that was chosen comes out of the box of those to choose from.
export function showVoted(form, tally) {
  showTally(form, tally);
  const choices = form.querySelector("details");
  const chosen = choices?.querySelector("[aria-pressed=true]");
  if (!chosen) return;
  choices.open = false;
  choices.before(chosen);
  chosen.focus();
}
