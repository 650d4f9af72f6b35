/** Words of business that every company defines in a way of its own. */
const TERM = /\b(active (users?|customers?|accounts?|subscribers?|members?)|churn(ed|s)?|(customer )?retention|retained|engaged|engagement|at[- ]risk|high[- ]value|loyal|qualified (leads?|opportunit(y|ies))|conversion( rate)?|new customers?|returning customers?|net revenue|gross revenue|recurring revenue|lifetime value|fiscal (year|quarter|month)|business days?|working days?)\b/i;
const TERMS = new RegExp(TERM.source, 'gi');

/** The terms of a text that companies define differently, as they are written, in order. */
export function termsIn(text: string): string[] {
  return TERM.test(text) ? [...text.matchAll(TERMS)].map(([word]) => word) : [];
}

/** A word without the endings that its forms differ in. */
export function stemOf(word: string): string {
  return word.toLowerCase().replace(/[-\s]+/g, ' ').trim().replace(/(ed|s|ies|y)$/, '');
}
