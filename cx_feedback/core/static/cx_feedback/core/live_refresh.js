// Refreshes a part of an admin page while somebody looks at it: results, a mailing under way. Not
// while the tab is hidden, nor while the focus is in a field that would lose what is being chosen.
const PAUSE = 15_000;
const PAUSE_UNDER_WAY = 2000;
const FIELDS = "input, select, textarea, button";
const TOKEN = /csrfmiddlewaretoken" value="[^"]*"/g;

class LiveController extends window.StimulusModule.Controller {
  connect() {
    this.timer = setInterval(() => this.refresh(), this.isUnderWay ? PAUSE_UNDER_WAY : PAUSE);
    this.onShown = () => document.hidden || this.refresh();
    document.addEventListener("visibilitychange", this.onShown);
  }

  disconnect() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.onShown);
  }

  get isUnderWay() {
    return Boolean(this.element.querySelector("progress"));
  }

  get isBusy() {
    const focused = document.activeElement;
    return this.element.contains(focused) && focused.matches(FIELDS);
  }

  async refresh() {
    if (document.hidden || this.isBusy || this.isAsking) return;
    this.isAsking = true;
    try {
      const response = await fetch(window.location.href, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (response.ok && !response.redirected) this.update(await response.text());
    } catch {
      // Without a connection the page stays as it is; the next turn tries again.
    } finally {
      this.isAsking = false;
    }
  }

  // The first answer may be newer than the page.
  update(html) {
    const plain = html.replace(TOKEN, "");
    if (plain === this.last) return;
    this.last = plain;
    const wasUnderWay = this.isUnderWay;
    this.show(html);
    if (wasUnderWay && !this.isUnderWay) clearInterval(this.timer);
  }

  // What was open stays open, and the focus stays on its link.
  show(html) {
    const open = [...this.element.querySelectorAll("details")].map((each) => each.open);
    const focused = document.activeElement;
    const link = this.element.contains(focused) && focused.getAttribute("href");
    this.element.innerHTML = html;
    this.element.querySelectorAll("details").forEach((each, index) => {
      each.open = open[index] ?? false;
    });
    if (link) this.element.querySelector(`[href="${CSS.escape(link)}"]`)?.focus();
  }
}

window.wagtail.app.register("cx-live", LiveController);
