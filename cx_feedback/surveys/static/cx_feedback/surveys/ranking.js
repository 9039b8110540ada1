// Ranking by hand: rows are pulled by a grip, their selects follow. Keys use the selects. The
// row that is held stays where it is in the document: moving it would let go of it.

const LAST = 1000;

const getSelect = (row) => row.querySelector("select");

function makeGrip() {
  const properties = { className: "cx-grip", textContent: "⠿", ariaHidden: true };
  return Object.assign(document.createElement("span"), properties);
}

export function rank(box) {
  for (const row of [...box.children]) giveGrip(box, row);
}

function giveGrip(box, row) {
  const grip = makeGrip();
  const listOthers = () => [...box.children].filter((other) => other !== row);
  const put = (others, place) => {
    row.before(...others.slice(0, place));
    box.append(...others.slice(place));
  };
  row.append(grip);
  grip.addEventListener("click", (event) => event.preventDefault());
  grip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    row.classList.add("cx-held");
    const getRank = (each) => getSelect(each).value || LAST;
    const order = [...box.children].sort((one, other) => getRank(one) - getRank(other));
    put(
      order.filter((other) => other !== row),
      order.indexOf(row),
    );
  });
  grip.addEventListener("pointermove", ({ clientY }) => {
    if (!row.matches(".cx-held")) return;
    const isAbove = (other) => {
      const { top, height } = other.getBoundingClientRect();
      return clientY > top + height / 2;
    };
    const others = listOthers();
    put(others, others.filter(isAbove).length);
  });
  const letGo = () => {
    row.classList.remove("cx-held");
    [...box.children].forEach((each, index) => {
      const select = getSelect(each);
      select.value = index + 1 < select.length ? index + 1 : "";
    });
    getSelect(row).dispatchEvent(new Event("input", { bubbles: true }));
  };
  grip.addEventListener("pointerup", letGo);
  grip.addEventListener("pointercancel", letGo);
}
