/** What a column's name says of its type, so that columns put in each other's place stay comparable. */
export function typeHint(name: string): 'time' | 'flag' | 'id' | 'number' | 'other' {
  const lower = name.toLowerCase().replace(/["`]/g, '');
  if (/_(at|on|date|day|timestamp|synced)$|^date|timestamp/.test(lower)) return 'time';
  if (/^(is|has|was)_/.test(lower)) return 'flag';
  if (/_(id|key)$|^id$/.test(lower)) return 'id';
  return /count|total|amount|price|sum|avg|number|quantity|minutes|revenue/.test(lower) ? 'number' : 'other';
}
