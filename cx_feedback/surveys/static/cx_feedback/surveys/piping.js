// "Insert an earlier answer" at texts of questions: writes {{ name }} at the cursor, and names
// the answer of the chosen question when it has no name yet. Needs conditions.js.

class PipingController extends window.StimulusModule.Controller {
  static values = { config: Object };

  connect() {
    this.list = make("select", { className: "cx-piping", ariaLabel: this.configValue.insert });
    this.element.after(this.list);
    this.home = this.element.parentElement;
    this.refresh = () => this.draw();
    this.home.addEventListener("focusin", this.refresh);
    this.home.addEventListener("pointerenter", this.refresh);
    this.element.addEventListener("focus", () => { this.touched = true; });
    this.list.addEventListener("change", () => this.insert(this.above.find((one) => one.id === this.list.value)));
    this.draw();
  }

  disconnect() {
    this.home.removeEventListener("focusin", this.refresh);
    this.home.removeEventListener("pointerenter", this.refresh);
    this.list.remove();
  }

  draw() {
    const above = questionsAbove(this.element.closest("[data-streamfield-child]"), this.configValue.types);
    if (JSON.stringify(above) === JSON.stringify(this.above)) return;
    this.above = above;
    this.list.hidden = !above.length;
    this.list.replaceChildren(
      make("option", { value: "", textContent: this.configValue.insert }),
      ...above.map((one, n) => make("option", { value: one.id, textContent: `${n + 1}. ${one.label}` })),
    );
  }

  insert(asked) {
    this.list.value = "";
    const token = asked && document.querySelector(`[name="${asked.prefix}-value-token"]`), field = this.element;
    if (!token) return;
    if (!token.value) {
      token.value = this.free(asked.label);
      token.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const [start, end] = this.touched ? [field.selectionStart, field.selectionEnd] : [field.value.length, field.value.length];
    field.setRangeText(`{{ ${token.value} }}`, start, end, "end");
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
    field.focus();
  }

  // A name made of the first words of a question that no other answer has.
  free(label) {
    const words = label.normalize("NFD").toLowerCase().replace(/[^a-z0-9\s]/g, "").trim().split(/\s+/);
    const base = words.slice(0, 4).join("_").replace(/^[^a-z]+/, "").slice(0, 36) || this.configValue.answer;
    const taken = [...document.querySelectorAll("[name$='-value-token']")].map((field) => field.value);
    let name = base;
    for (let n = 2; taken.includes(name); n += 1) name = `${base}_${n}`;
    return name;
  }
}

window.wagtail.app.register("cx-piping", PipingController);
