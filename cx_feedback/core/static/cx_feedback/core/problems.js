// Shows what the server refused, at the fields that it is about. Loaded when there is something.

export function clearErrors(form) {
  for (const old of form.querySelectorAll(".cx-error[data-cx-made]")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    const { cxDescribed } = field.dataset;
    field.removeAttribute("aria-invalid");
    if (cxDescribed !== undefined) field.setAttribute("aria-describedby", cxDescribed);
  }
}

function complain(place, text) {
  const error = document.createElement("p");
  error.className = "cx-error";
  error.dataset.cxMade = "";
  error.textContent = text;
  place.append(error);
  return error;
}

// "answers.q" is about the field of this name and about those below it ("answers.q.other").
function findFields(form, name) {
  return [...form.elements].filter(
    (field) => `${field.name}.`.startsWith(`${name}.`) && field.type !== "hidden",
  );
}

function markFields(form, name, fields, texts) {
  const [first] = fields;
  const group = first.closest(".cx-field, fieldset:not(fieldset fieldset)") ?? first.parentElement;
  const error = complain(group, texts.join(" "));
  error.id = `cx-error-${name.replace(/\W/g, "-")}-${form.id}`;
  for (const field of fields) {
    field.setAttribute("aria-invalid", "true");
    field.dataset.cxDescribed ??= field.getAttribute("aria-describedby") ?? "";
    field.setAttribute("aria-describedby", `${field.dataset.cxDescribed} ${error.id}`.trim());
  }
}

// `isQuiet`: the reader is not waiting for it.
export function showErrors(form, problem, isQuiet) {
  clearErrors(form);
  const others = [];
  let first;
  for (const [name, texts] of Object.entries(problem.errors ?? {})) {
    const fields = findFields(form, name);
    if (fields.length) {
      markFields(form, name, fields, texts);
      first ??= fields[0];
    } else others.push(...texts);
  }
  if (others.length || !first) {
    const error = complain(form, others.join(" ") || problem.detail || problem.title);
    error.role = "alert";
    error.tabIndex = -1;
    first ??= error;
  }
  if (!isQuiet) first.focus();
  form.dispatchEvent(new CustomEvent("cx:problem", { bubbles: true, detail: problem }));
}
