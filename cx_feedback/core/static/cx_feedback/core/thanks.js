// Shows the thanks of a form, in the words for the state that the server answered.

export function showThanks(form, data) {
  const box = form.closest(".cx-vote, .cx-inline, .cx") ?? form.parentElement;
  const thanks = box.querySelector(".cx-thanks");
  if (!thanks) return;
  const state = data?.checking ? "checking" : data?.state;
  for (const words of thanks.querySelectorAll("[data-cx-state]")) {
    words.hidden = words.dataset.cxState !== state;
  }
  thanks.classList.add("cx-shown");
  thanks.tabIndex = -1;
  thanks.focus();
}
