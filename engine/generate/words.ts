const STOP = new Set(
  `a an and also are as at be been by can do does each every for from had has have how if in into is it its many more most much no not of on
  one only or our out over own per since so than that the their them then there these they this those to up us was we were what when where
  which who whom whose will with within without row rows id ids key table model data value values column`.split(/\s+/),
);

/** Content words of a text in lower case, lightly stemmed: `lifetime_value of Customers` → lifetim, customer. */
export function wordsIn(text: string): string[] {
  return plainLetters(text)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !STOP.has(word) && !/^(stg|int|fct|dim|src|raw|base)$/.test(word))
    .map(stem);
}

/** A text without accents: `Größe` → Grosse. */
export function plainLetters(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss');
}

/** A light stem: plurals and the endings of verbs, so that `payments`, `payment` and `paying`, `orders` and `ordered` meet. */
export function stem(word: string): string {
  if (word === 'paid') return 'pay';
  const single = word.replace(/ies$/, 'y').replace(/(ss|sh|ch|x)es$/, '$1').replace(/([^sui])s$/, '$1');
  const base = single.length > 4 ? single.replace(/(ing|ed|ment|e)$/, '') : single;
  return base.length >= 3 ? base : single;
}

/** Words of a thing with how much they say about it: a word of its name counts more than one of its description. */
export type Bag = ReadonlyMap<string, number>;

/** A bag from texts with weights; a word keeps its best weight. */
export function bagOf(texts: readonly { text: string | undefined; weight: number }[]): Bag {
  const bag = new Map<string, number>();
  for (const { text, weight } of texts) for (const word of wordsIn(text ?? '')) bag.set(word, Math.max(bag.get(word) ?? 0, weight));
  return bag;
}

/** Rarity of words over bags, 0 to 1: a word that is everywhere tells nothing apart. */
export function rarityOf(bags: readonly Bag[]): (word: string) => number {
  const counts = new Map<string, number>();
  for (const bag of bags) for (const word of bag.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const most = Math.log(1 + bags.length);
  return (word) => (most === 0 ? 1 : Math.max(0.05, Math.log((1 + bags.length) / (counts.get(word) ?? 1)) / most));
}

/** How well a bag answers wanted words, 0 to 1; each word counts by its rarity. */
export function match(wanted: readonly string[], bag: Bag, rarity: (word: string) => number): number {
  const unique = [...new Set(wanted)];
  const total = unique.reduce((sum, word) => sum + rarity(word), 0);
  return total === 0 ? 0 : unique.reduce((sum, word) => sum + rarity(word) * (bag.get(word) ?? 0), 0) / total;
}
