// Ranking by hand: rows are pulled by a grip, their selects follow. Keys use the selects. The
// row that is held stays where it is in the document: moving it would let go of it.
export const rank = (box) => {
  const rows = () => [...box.children], select = (row) => row.querySelector("select");
  for (const row of rows()) {
    const grip = Object.assign(document.createElement("span"), { className: "cx-grip", textContent: "⠿", ariaHidden: true });
    const put = (others, at) => {
      row.before(...others.slice(0, at));
      box.append(...others.slice(at));
    };
    row.append(grip);
    grip.onclick = (event) => event.preventDefault();
    grip.onpointerdown = (event) => {
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      row.classList.add("cx-held");
      const order = rows().sort((a, b) => (select(a).value || 1e3) - (select(b).value || 1e3));
      put(order.filter((other) => other !== row), order.indexOf(row));
    };
    grip.onpointermove = ({ clientY }) => {
      if (!row.matches(".cx-held")) return;
      const others = rows().filter((other) => other !== row);
      put(others, others.filter((other) => {
        const { top, height } = other.getBoundingClientRect();
        return clientY > top + height / 2;
      }).length);
    };
    grip.onpointerup = grip.onpointercancel = () => {
      row.classList.remove("cx-held");
      rows().forEach((other, n) => { select(other).value = n + 1 < select(other).length ? n + 1 : ""; });
      select(row).dispatchEvent(new Event("input", { bubbles: true }));
    };
  }
};
