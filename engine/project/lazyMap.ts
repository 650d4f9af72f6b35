/** A map whose values are made when they are asked for; going through all of them makes all. Its keys are there from the start. */
export class LazyMap<K, V> extends Map<K, V> {
  readonly #make: (key: K) => V;
  readonly #waiting: Set<K>;
  readonly #keeps: boolean;

  /** Where it does not keep what it made, that is made each time: for what somebody else keeps. */
  constructor(keys: Iterable<K>, make: (key: K) => V, keeps = true) {
    super();
    this.#make = make;
    this.#keeps = keeps;
    this.#waiting = new Set(keys);
    // The order of the keys is that of a plain map, whichever value is made first.
    for (const key of this.#waiting) super.set(key, undefined as V);
  }

  override get(key: K): V | undefined {
    if (!this.#waiting.has(key)) return super.get(key);
    const value = this.#make(key);
    if (this.#keeps) this.set(key, value);
    return value;
  }

  override set(key: K, value: V): this {
    // The constructor of a map sets as well, before there is anything to wait for.
    this.#waiting.delete(key);
    return super.set(key, value);
  }

  override delete(key: K): boolean {
    this.#waiting.delete(key);
    return super.delete(key);
  }

  override clear(): void {
    this.#waiting.clear();
    super.clear();
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
