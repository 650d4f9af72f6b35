import { describe, expect, it } from 'vitest';
import { resultOf, type PeerAnswer } from '../../trust/peers/answers';

const answer = (id: string, ...found: string[]): PeerAnswer => ({ id, findings: { peer: found }, failed: {} });

describe('what a peer noticed', () => {
  it('counts a mutant with a finding that the original has not', () => {
    const result = resultOf('peer', '1', [answer('', 'a', 'b'), answer('same', 'b', 'a'), answer('new', 'a', 'b', 'c'), answer('twice', 'a', 'a', 'b'), answer('gone', 'a')], 'best');
    expect(result).toEqual({ peer: 'peer', version: '1', noticed: ['new', 'twice'], shown: 4, share: 0.5, note: 'best' });
  });

  it('leaves a mutant out that the peer gave no answer about, and says so', () => {
    const result = resultOf('peer', '1', [answer(''), { id: 'x', findings: {}, failed: { peer: 'it crashed' } }, answer('y', 'a')], 'best');
    expect(result).toMatchObject({ noticed: ['y'], shown: 1, note: 'best; no answer 1 times: it crashed' });
  });

  it('shows nothing where the original has no answer', () => {
    expect(resultOf('peer', '1', [{ id: '', findings: {}, failed: { peer: 'no start' } }, answer('y', 'a')], 'best')).toMatchObject({ noticed: [], shown: 0, share: null });
  });
});
