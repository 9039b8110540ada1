// Fills hidden fields from the page's address: the HTML is the same for every link.
const PREFIX = "hidden.";
const LONGEST = 100;

const parameters = new URLSearchParams(location.search);
for (const field of document.querySelectorAll(`[name^='${PREFIX}']`)) {
  const value = parameters.get(field.name.slice(PREFIX.length))?.trim();
  if (value && !/\p{Cc}/u.test(value)) field.value = [...value].slice(0, LONGEST).join("");
}
