/** The name that is nearest to a misspelt one, if one is near: at most a third of its letters apart. */
export function nearest(name, names) {
  const wanted = name.toLowerCase();
  let best;
  let least = Math.ceil(wanted.length / 3) + 1;
  for (const other of names) {
    const distance = distanceOf(wanted, other.toLowerCase(), least);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** How many letters are to be added, left out, changed or swapped; not counted on past `most`. */
function distanceOf(one, other, most) {
  if (Math.abs(one.length - other.length) >= most) return most;
  let before = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + change);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[other.length];
}
