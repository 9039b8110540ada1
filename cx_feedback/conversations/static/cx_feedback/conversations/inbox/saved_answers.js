// Inserts the chosen saved answer where the cursor is. Without this script the form is sent and
// comes back with it at the end of the text.

const button = document.querySelector("[data-cx-insert]");
const error = document.querySelector("[data-cx-insert-error]");

async function insert() {
  const { form } = button;
  const field = form.elements.text;
  const body = new FormData(form, button);
  button.disabled = true; // Only now: the form sends no disabled button.
  const response = await fetch(form.action, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "manual",
  });
  if (!response.ok) throw response;
  const { text } = await response.json();
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

button?.addEventListener("click", async (event) => {
  event.preventDefault();
  try {
    await insert();
    error.hidden = true;
  } catch {
    error.hidden = false;
  } finally {
    button.disabled = false;
  }
});
