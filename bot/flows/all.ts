import type { Flow } from '../flow.ts';
import { menuFlow } from './menu.ts';

/** Every theme of the dialogue. */
export const flows: readonly Flow[] = [menuFlow];
