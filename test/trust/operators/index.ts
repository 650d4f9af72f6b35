import type { Operator } from '../types';
import { constantChanged } from './constantChanged';
import { filterDropped } from './filterDropped';
import { joinLeftToInner } from './joinLeftToInner';

/** Every operator of the benchmark. */
export const operators: readonly Operator[] = [joinLeftToInner, filterDropped, constantChanged];
