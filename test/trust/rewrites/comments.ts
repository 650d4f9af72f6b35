import type { Rewrite } from '../types';

/** A comment between two tokens. */
export const comments: Rewrite = {
  name: 'comments',
  rewrite: ({ tokens }, _around, random) => {
    const places = tokens.filter((token, index) => token.kind === 'word' && index > 0 && tokens[index - 1]?.kind !== 'statement');
    const place = places[Math.floor(random() * places.length)];
    return place && [{ start: place.start, end: place.start, text: '/* checked */ ' }];
  },
};
