// A survey of more than a few questions opens as an outline, to read and to drag: folded up, but
// for the question that the address names and those with something to put right.

const FEW = 3;
const PANELS = "[data-streamfield-stream-container] > [data-streamfield-child] > section";
const WRONG = ".error, [aria-invalid=true], .w-field--error";

class OutlineController extends window.StimulusModule.Controller {
  connect() {
    setTimeout(() => this.fold()); // Wagtail makes the blocks in this very pass.
  }

  fold() {
    const panels = [...this.element.querySelectorAll(PANELS)];
    if (panels.length <= FEW) return;
    for (const panel of panels) {
      const toggle = panel.querySelector("[data-panel-toggle][aria-expanded=true]");
      const stays = panel.querySelector(WRONG) || location.hash === `#${panel.id}`;
      if (!stays) toggle?.click();
    }
  }
}

window.wagtail.app.register("cx-outline", OutlineController);
