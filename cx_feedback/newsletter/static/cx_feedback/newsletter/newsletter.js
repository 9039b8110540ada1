// Fills in the time zone of the browser, which quiet hours need. The page's HTML is the same for
// every reader, so the hidden field stays empty without JavaScript.

function getZone() {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  } catch {
    return "";
  }
}

for (const field of document.querySelectorAll("input[data-cx-time-zone]")) field.value = getZone();

// If the server doesn't know the zone, submit the form again without it.
document.addEventListener("cx:problem", ({ target, detail }) => {
  const field = target.elements?.time_zone;
  if (!field?.value || !detail?.errors?.time_zone) return;
  field.value = "";
  setTimeout(() => target.requestSubmit());
});
