// Shows what is due for this reader (frequency_capping.js): in the text, or in a box that slides in
// at its moment, beside the text or below it, until the reader closes it.
import { draw, elements } from "./frequency_capping.js";

// The box at the side is 352 pixels wide, with 16 on both sides.
const SIDE = 384;

function hasRoomBeside(element) {
  const { left, right } = element.parentElement.getBoundingClientRect();
  const isRightToLeft = getComputedStyle(element).direction === "rtl";
  return (isRightToLeft ? left : innerWidth - right) > SIDE;
}

// Returns the part of the page, or of the article, that was scrolled past.
function getShareSeen(element, { at_end: atEnd }) {
  const article =
    element.closest("article") ??
    document.querySelector("article:has(h1)") ??
    element.closest("main");
  const { top, height } = ((atEnd && article) || document.documentElement).getBoundingClientRect();
  return (innerHeight - top) / height;
}

function ask(element, turn) {
  let { thanked } = turn;
  const close = (how) => {
    if (!element.isConnected) return;
    element.remove();
    if (!thanked) turn.onClosed(how);
  };
  const slideIn = () => {
    const box = element.querySelector(".cx-asked");
    const isBeside = hasRoomBeside(element);
    box.open = isBeside;
    element.className += isBeside ? " cx-slide cx-side" : " cx-slide";
    turn.onAsked();
    addEventListener("keydown", (event) => event.key === "Escape" && close("closed"));
    addEventListener("focusin", ({ target }) => {
      if (!element.contains(target)) box.open = isBeside;
    });
  };
  const show = () => {
    // Another tab may have asked since this page was opened.
    if (!thanked && turn.rests()) return;
    element.hidden = false;
    element.removeAttribute("data-cx-ask");
    if (!thanked && turn.slides) slideIn();
  };
  element.addEventListener("cx:done", () => {
    thanked = true;
    turn.onAnswered();
  });
  element.addEventListener("click", ({ target }) => {
    const button = target.closest(".cx-bar button");
    if (button) close(button.value);
  });
  showInTime(element, turn, show);
}

function showInTime(element, turn, show) {
  const look = () => {
    if (getShareSeen(element, turn) <= turn.scrolled - 0.01) return;
    removeEventListener("scroll", look);
    show();
  };
  if (turn.thanked || turn.begun || !turn.slides) show();
  else if (turn.wait) setTimeout(show, turn.wait);
  else {
    addEventListener("scroll", look);
    look();
  }
}

for (const element of elements) {
  const turn = draw(element);
  if (turn) ask(element, turn);
}
