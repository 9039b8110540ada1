// Solves a challenge (ALTCHA, proof of work 2 with PBKDF2): finds the number below which lies a key
// that begins as asked. The browser's own cryptography does the work, off the page's thread.

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");

export async function solve(challenge) {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  const tail = new DataView(password.buffer, start.length);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; counter < 2 ** 20; counter++) {
    tail.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
    if (derived.startsWith(keyPrefix)) {
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey: derived } }));
    }
  }
  throw new Error("unsolved");
}

// The page that a plain form post is answered with: sends the words on once the work is done.
for (const form of document.querySelectorAll("form[data-cx-challenge]")) {
  solve(JSON.parse(form.dataset.cxChallenge)).then((solution) => {
    form.elements.challenge.value = solution;
    form.submit();
  }, () => {});
}
