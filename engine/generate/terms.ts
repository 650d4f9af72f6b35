const STOP = new Set('a an and are as at be by each every for from has have how in is it its many much not of on one or our per since that the their them they this to us was we were what when where which who whom with without row rows'.split(' '));

/** Content words of a text, lower case, lightly stemmed: `lifetime_value of Customers` → lifetime, valu, customer. */
export function termsOf(text: string): string[] {
  return text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1 && !STOP.has(word))
    .map(stem);
}

/** A light stem, enough to bring plurals and verb forms together. */
export function stem(word: string): string {
  const plural = word.replace(/ies$/, 'y').replace(/(ss|sh|ch|x)es$/, '$1').replace(/([^su])s$/, '$1');
  return plural.length > 5 ? plural.replace(/(ing|ed|ment|e)$/, '') : plural;
}

/** How much of `wanted` a text has, each word weighted by how rare it is; 0 to 1. */
export function score(wanted: readonly string[], words: ReadonlySet<string>, rarity: ReadonlyMap<string, number>): number {
  const unique = [...new Set(wanted)];
  const weight = (word: string): number => rarity.get(word) ?? 1;
  const all = unique.reduce((sum, word) => sum + weight(word), 0);
  return all === 0 ? 0 : unique.filter((word) => words.has(word)).reduce((sum, word) => sum + weight(word), 0) / all;
}

/** Rarity of each word over several texts: 1 for a word of one text, less the more texts have it. */
export function rarityOf(texts: readonly ReadonlySet<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].map(([word, count]) => [word, 1 / (1 + Math.log(count))]));
}
