// A link to what was published since the page was cached.
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
