// A link to what was published since the page was cached.
//
// A request of its own, not the client's `get`: each page view with a thread makes it, for which
// the client (5 KB compressed) would load at once instead of at the first focus; the client has no
// conditional GET, and where this one fails there is nothing to repeat, keep or tell the reader.
import { make } from "./thread_parts.js";

export async function showNews(section) {
  const { cxApiList, cxPage, cxVersion, cxPublished, cxMoreAt, cxOrder, cxNews } = section.dataset;
  const response = await fetch(`${cxApiList}?page=${cxPage}&only=news`, {
    headers: { "If-None-Match": `"${cxVersion}"` },
  });
  if (response.status !== 200) return;
  const { published } = await response.json();
  const n = published - cxPublished;
  const line = section.querySelector("[data-cx-news-line]");
  line.replaceChildren();
  if (n <= 0) return;
  const link = line.appendChild(make("a", "cx-button", `${cxNews} ${n}`));
  link.href = `${cxMoreAt}&order=${cxOrder}`;
  link.dataset.cxOrderBy = cxOrder;
}
