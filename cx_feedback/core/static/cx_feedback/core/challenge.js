// The page that a plain form post is answered with: sends the words on once the work is done. Its
// address is also the `solver` of a challenge, whose `solve` other programs may import.
import { solve } from "./client/client.js";

export { solve };

function solveForm(form) {
  solve(JSON.parse(form.dataset.cxChallenge)).then(
    (solution) => {
      form.elements.challenge.value = solution;
      form.submit();
    },
    () => {},
  );
}

for (const form of globalThis.document?.querySelectorAll("form[data-cx-challenge]") ?? []) {
  solveForm(form);
}
