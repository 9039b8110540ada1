// Tells the sign-up in which time zone the reader lives, for quiet hours. The page's HTML is the
// same for everybody: the hidden field is filled in here, and stays empty without JavaScript.

const zone = () => {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  } catch {
    return "";
  }
};

for (const field of document.querySelectorAll("input[data-cx-time-zone]")) field.value = zone();

// A zone that the site does not know yet must not cost a sign-up: it goes without.
document.addEventListener("cx:problem", ({ target, detail }) => {
  const field = target.elements?.time_zone;
  if (!field?.value || !detail?.errors?.time_zone) return;
  field.value = "";
  setTimeout(() => target.requestSubmit());
});
