// Items of a list in the editor (choices, rows, columns) are written like the lines of one: Enter
// begins the next, Backspace takes an empty one away, pasted lines become an item each.

class ItemsController extends window.StimulusModule.Controller {
  get items() {
    const own = this.element.closest("[data-streamfield-child]");
    return [...own.parentElement.children].filter((item) => item.matches("[data-streamfield-child]") && this.left(item));
  }

  left(item) {
    return item.querySelector("[name$='-deleted']")?.value !== "1";
  }

  field(item) {
    return item?.querySelector("[data-controller~=cx-items]");
  }

  // The field after another: the next one while it is empty, else one that is made.
  after(field) {
    const item = field.closest("[data-streamfield-child]"), { items } = this;
    const next = this.field(items[items.indexOf(item) + 1]);
    if (next && !next.value) return next;
    const add = item.nextElementSibling;
    if (add.disabled) return null;
    add.click();
    // Wagtail hides it for a moment to slide it in; what is hidden takes no focus and no typing.
    window.jQuery(add.nextElementSibling).show();
    return this.field(add.nextElementSibling);
  }

  key(event) {
    if (event.isComposing) return;
    const { items } = this, place = items.indexOf(this.element.closest("[data-streamfield-child]"));
    if (event.key === "Enter") {
      event.preventDefault();
      this.after(this.element)?.focus();
    } else if (event.key === "Backspace" && !this.element.value && place > 0 && items.length > 2) {
      event.preventDefault();
      items[place].querySelector("[data-streamfield-action=DELETE]").click();
      this.field(items[place - 1]).focus();
    }
  }

  paste(event) {
    const lines = event.clipboardData.getData("text").split(/\r?\n/)
      .map((line) => line.replace(/^\s*(?:[-*•–]|\d+[.)])\s+/, "").trim()).filter(Boolean);
    if (lines.length < 2) return;
    event.preventDefault();
    let field = this.element;
    field.setRangeText(lines.shift(), field.selectionStart, field.selectionEnd, "end");
    this.dispatchChange(field);
    for (const line of lines) {
      const next = this.after(field);
      if (!next) break;
      field = next;
      field.value = line.slice(0, field.maxLength);
      this.dispatchChange(field);
    }
    field.focus();
  }

  dispatchChange(field) {
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

window.wagtail.app.register("cx-items", ItemsController);
