/** Stands for a value that nobody asked for yet. */
const WAITING = Symbol('waiting');

/** A map whose values are made when they are asked for; going through all of them makes all. Its keys are there from the start. */
export class LazyMap<K, V> extends Map<K, V> {
  readonly #make: (key: K) => V;
  readonly #keeps: boolean;

  /** Where it does not keep what it made, that is made each time: for what somebody else keeps. */
  constructor(keys: Iterable<K>, make: (key: K) => V, keeps = true) {
    super();
    this.#make = make;
    this.#keeps = keeps;
    // The order of the keys is that of a plain map, whichever value is made first.
    for (const key of keys) super.set(key, WAITING as V);
  }

  override get(key: K): V | undefined {
    const known = super.get(key);
    if (known !== WAITING) return known;
    const value = this.#make(key);
    if (this.#keeps) super.set(key, value);
    return value;
  }

  override *entries(): ReturnType<Map<K, V>['entries']> {
    for (const key of super.keys()) yield [key, this.get(key) as V];
  }

  override *values(): ReturnType<Map<K, V>['values']> {
    for (const key of super.keys()) yield this.get(key) as V;
  }

  override [Symbol.iterator](): ReturnType<Map<K, V>[typeof Symbol.iterator]> {
    return this.entries();
  }

  override forEach(visit: (value: V, key: K, map: Map<K, V>) => void, self?: unknown): void {
    for (const [key, value] of this.entries()) visit.call(self, value, key, this);
  }
}
