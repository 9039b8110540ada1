// Items of a list in the editor (choices, rows, columns) are written like the lines of one: Enter
// begins the next, Backspace takes an empty one away, pasted lines become an item each.
import { dispatchChange, findBlock } from "./question_blocks.js";

const FEWEST = 2;
const BULLET = /^\s*(?:[-*•–]|\d+[.)])\s+/;

// Returns the lines of a pasted list without their bullets and numbers.
export function splitLines(text) {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(BULLET, "").trim())
    .filter(Boolean);
}

const isLeft = (item) => item.querySelector("[name$='-deleted']")?.value !== "1";
const getField = (item) => item?.querySelector("[data-controller~=cx-items]");

class ItemsController extends window.StimulusModule.Controller {
  get items() {
    const siblings = [...findBlock(this.element).parentElement.children];
    return siblings.filter((item) => item.matches("[data-streamfield-child]") && isLeft(item));
  }

  // Returns the field after another: the next one while it is empty, else one that is made.
  getFieldAfter(field) {
    const item = findBlock(field);
    const { items } = this;
    const next = getField(items[items.indexOf(item) + 1]);
    if (next && !next.value) return next;
    const add = item.nextElementSibling;
    if (add.disabled) return null;
    add.click();
    // Wagtail hides it for a moment to slide it in; what is hidden takes no focus and no typing.
    window.jQuery(add.nextElementSibling).show();
    return getField(add.nextElementSibling);
  }

  key(event) {
    if (event.isComposing) return;
    const { items } = this;
    const place = items.indexOf(findBlock(this.element));
    if (event.key === "Enter") {
      event.preventDefault();
      this.getFieldAfter(this.element)?.focus();
    } else if (event.key === "Backspace" && !this.element.value && place > 0) {
      if (items.length <= FEWEST) return;
      event.preventDefault();
      items[place].querySelector("[data-streamfield-action=DELETE]").click();
      getField(items[place - 1]).focus();
    }
  }

  paste(event) {
    const lines = splitLines(event.clipboardData.getData("text"));
    if (lines.length < 2) return;
    event.preventDefault();
    let field = this.element;
    field.setRangeText(lines.shift(), field.selectionStart, field.selectionEnd, "end");
    dispatchChange(field, ["input", "change"]);
    for (const line of lines) {
      const next = this.getFieldAfter(field);
      if (!next) break;
      field = next;
      field.value = line.slice(0, field.maxLength);
      dispatchChange(field, ["input", "change"]);
    }
    field.focus();
  }
}

window.wagtail.app.register("cx-items", ItemsController);
