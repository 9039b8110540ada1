// What colleagues do meanwhile: one conditional request in ten seconds while the tab is visible.

// Milliseconds between two requests.
const EVERY = 10_000;

// Call ``look`` now and every ten seconds, and not while nobody sees the tab.
export function pollWhileVisible(look) {
  let last = -EVERY; // When the last request was sent.
  let timer;
  function schedule() {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(
      async () => {
        last = performance.now();
        await look().catch(() => {}); // The next request may come through.
        schedule();
      },
      Math.max(0, last + EVERY - performance.now()),
    );
  }
  document.addEventListener("visibilitychange", schedule);
  window.addEventListener("focus", schedule);
  schedule();
}

// Ask for JSON; with the ``etag`` of an earlier answer it is 304 if nothing has changed.
export async function ask(url, parameters, etag = "") {
  return fetch(`${url}?${parameters}`, {
    headers: { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) },
    redirect: "manual",
  });
}
