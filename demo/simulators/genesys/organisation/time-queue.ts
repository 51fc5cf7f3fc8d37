/** Gives entries in order of time, those of the same time in the order in which they went in. */
export class TimeQueue<T> {
  readonly #heap: { readonly at: number; readonly order: number; readonly what: T }[] = [];
  #order = 0;

  add(at: number, what: T): void {
    const heap = this.#heap;
    let i = heap.push({ at, order: this.#order++, what }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  take(): { readonly at: number; readonly what: T } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first && last && heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      if (left >= this.#heap.length) return;
      const child = left + 1 < this.#heap.length && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(child, i)) return;
      this.#swap(i, child);
      i = child;
    }
  }

  #before(i: number, j: number): boolean {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (!a || !b) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i];
    const b = this.#heap[j];
    if (!a || !b) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }
}
