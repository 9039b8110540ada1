// What the rooms keep in this browser, as JSON. The store may be forbidden or full.
function attempt(job, otherwise) {
  try {
    return job();
  } catch {
    return otherwise;
  }
}

export function read(key) {
  return attempt(() => JSON.parse(localStorage[key]));
}

// Returns `value` if it is kept now.
export function write(key, value) {
  return attempt(() => {
    localStorage[key] = JSON.stringify(value);
    return value;
  });
}

export function remove(key) {
  attempt(() => delete localStorage[key]);
}

export function listKeys(prefix) {
  return attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix)), []);
}
