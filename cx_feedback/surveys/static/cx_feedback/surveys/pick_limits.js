// Boxes and places of a ranking: too few, too many or one place twice are said before it goes on.
import { isGiven } from "../core/forms.js";

// Returns what is wrong with these values, "" for nothing.
export function findProblem(values, { none, few, many, twice }) {
  if (!values.length) return none ?? "";
  if (values.length < few?.limit) return few.words;
  if (values.length > many?.limit) return many.words;
  return new Set(values).size < values.length ? (twice ?? "") : "";
}

function checkPicks(box) {
  const fields = [...box.querySelectorAll("select, [type=checkbox]")];
  const values = fields.filter(isGiven).map((field) => field.value);
  for (const field of fields) field.setCustomValidity("");
  fields[0].setCustomValidity(findProblem(values, JSON.parse(box.dataset.cxPick)));
}

for (const box of globalThis.document?.querySelectorAll("[data-cx-pick]") ?? []) {
  const check = () => checkPicks(box);
  box.addEventListener("input", check);
  box.closest("form").addEventListener("cx:restored", check);
  check();
}
