const KEY = "strategigraf.queries";
const MOST = 30;

/** The queries that were run in this browser, the latest first; none where the browser keeps nothing. */
export function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function remember(query) {
  keep([query, ...remembered().filter((one) => one !== query)].slice(0, MOST));
}

export function forget() {
  keep([]);
}

function keep(queries) {
  try {
    localStorage.setItem(KEY, JSON.stringify(queries));
  } catch {
    // A browser that keeps nothing has no history.
  }
}
