// Refreshes a part of an admin page while somebody looks at it: results, a mailing under way. Not
// while the tab is hidden, nor while the focus is in a field that would lose what is being chosen.
const EVERY = 15000;

class LiveController extends window.StimulusModule.Controller {
  connect() {
    const every = this.element.querySelector("progress") ? 2000 : EVERY;
    this.timer = setInterval(() => this.refresh(), every);
    this.onShown = () => document.hidden || this.refresh();
    document.addEventListener("visibilitychange", this.onShown);
  }

  disconnect() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.onShown);
  }

  get isBusy() {
    const focused = document.activeElement;
    return this.element.contains(focused) && focused.matches("input, select, textarea, button");
  }

  async refresh() {
    if (document.hidden || this.isBusy || this.asking) return;
    this.asking = true;
    try {
      const response = await fetch(window.location.href, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (response.ok && !response.redirected) this.show(await response.text());
    } catch {
      // Without a connection the page stays as it is; the next turn tries again.
    } finally {
      this.asking = false;
    }
  }

  show(html) {
    const before = this.last ?? html.replace(/csrfmiddlewaretoken" value="[^"]*"/g, "");
    this.last = html.replace(/csrfmiddlewaretoken" value="[^"]*"/g, "");
    if (this.last === before && this.shown) return;
    this.shown = true;
    const open = [...this.element.querySelectorAll("details")].map((each) => each.open);
    const link = document.activeElement?.getAttribute?.("href");
    const held = this.element.contains(document.activeElement);
    const wasUnderWay = this.element.querySelector("progress");
    this.element.innerHTML = html;
    this.element.querySelectorAll("details").forEach((each, n) => (each.open = open[n] ?? false));
    if (held && link) this.element.querySelector(`[href="${CSS.escape(link)}"]`)?.focus();
    if (wasUnderWay && !this.element.querySelector("progress")) clearInterval(this.timer);
  }
}

window.wagtail.app.register("cx-live", LiveController);
