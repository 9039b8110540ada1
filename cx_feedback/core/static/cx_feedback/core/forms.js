// Returns what a form says as an object: dots in names make objects, `data-cx-type` names a type:
// number, true, list, or skip for what only a plain post needs.
export function collect(form) {
  const body = {};
  for (const field of form.elements) {
    const type = field.dataset.cxType;
    if (!field.name || field.disabled || field.type === "submit" || type === "skip") continue;
    if (isChoice(field) && !field.checked) continue;
    if (field.value === "" && !field.dataset.cxEmpty) continue;
    put(body, field.name.split("."), type === "true" || getValue(form, field), type === "list");
  }
  return body;
}

function put(body, path, value, isList) {
  const last = path.pop();
  let place = body;
  for (const step of path) {
    place[step] ??= {};
    place = place[step];
  }
  if (!isList) place[last] = value;
  else if (place[last]) place[last].push(value);
  else place[last] = [value];
}

function getValue(form, field) {
  const words = field.value === ":other" && form.elements[`${field.name}.other`];
  if (words) return { other: words.value };
  return field.dataset.cxType === "number" ? Number(field.value) : field.value;
}

export const isChoice = (field) => /radio|checkbox/.test(field.type);

export function isGiven(field) {
  return field.value && field.type !== "hidden" && (field.checked || !isChoice(field));
}

export function addHiddenField(form, name, value, type) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  field.dataset.cxType = type;
  form.append(field);
  return field;
}

export function showUnsent(form, isUnsent, reason = "") {
  const line = form.querySelector("[data-cx-unsent]");
  if (line) line.textContent = isUnsent ? `${reason} ${line.dataset.cxUnsent}` : "";
}

// Under the key that was tried: what came through after all is not stored twice.
export function postPlainly(form) {
  addHiddenField(form, "idempotency_key", form.dataset.cxKey ?? "", "skip");
  form.submit();
}
