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

// `quiet`: the reader is not waiting for it.
export function showErrors(form, problem, quiet) {
  clearErrors(form);
  const rest = [];
  let first;
  for (const [name, texts] of Object.entries(problem.errors ?? {})) {
    const fields = [...form.elements].filter((f) => `${f.name}.`.startsWith(`${name}.`) && f.type !== "hidden");
    if (!fields.length) { rest.push(...texts); continue; }
    const group = fields[0].closest(".cx-field, fieldset:not(fieldset fieldset)") ?? fields[0].parentElement;
    const error = complain(group, texts.join(" "));
    error.id = `cx-error-${name.replace(/\W/g, "-")}-${form.id}`;
    for (const field of fields) {
      field.setAttribute("aria-invalid", "true");
      field.dataset.cxDescribed ??= field.getAttribute("aria-describedby") ?? "";
      field.setAttribute("aria-describedby", `${field.dataset.cxDescribed} ${error.id}`.trim());
    }
    first ??= fields[0];
  }
  if (rest.length || !first) {
    const error = complain(form, rest.join(" ") || problem.detail || problem.title);
    error.role = "alert";
    error.tabIndex = -1;
    first ??= error;
  }
  if (!quiet) first?.focus();
  form.dispatchEvent(new CustomEvent("cx:problem", { bubbles: true, detail: problem }));
}
