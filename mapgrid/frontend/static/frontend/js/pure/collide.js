// Which rectangles of the screen are taken. Buckets keep a test independent of how many there are.

export function createCollider(bucketPx = 64) {
  const buckets = new Map();
  function* around(box) {
    for (let by = Math.floor(box[1] / bucketPx); by <= Math.floor(box[3] / bucketPx); by += 1) {
      for (let bx = Math.floor(box[0] / bucketPx); bx <= Math.floor(box[2] / bucketPx); bx += 1)
        yield `${bx},${by}`;
    }
  }
  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  function isFree(box) {
    for (const k of around(box))
      for (const other of buckets.get(k) ?? []) if (overlaps(box, other)) return false;
    return true;
  }
  function add(box) {
    for (const k of around(box)) {
      if (!buckets.has(k)) buckets.set(k, []);
      buckets.get(k).push(box);
    }
  }
  // All boxes or none, for a word whose letters stand apart.
  function place(boxes) {
    if (!boxes.every(isFree)) return false;
    boxes.forEach(add);
    return true;
  }
  return { isFree, add, place };
}
