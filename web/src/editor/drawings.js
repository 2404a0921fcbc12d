/** The ways besides a table in which rows can be shown: `{ name, view }` each. */
export async function drawings() {
  return [];
}
