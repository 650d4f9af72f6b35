import type { Rewrite } from '../types';
import { comments } from './comments';

/** Every rewrite of the benchmark. */
export const rewrites: readonly Rewrite[] = [comments];
