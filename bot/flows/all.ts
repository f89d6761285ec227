import type { Flow } from '../flow.ts';
import { menuFlow } from './menu.ts';
import { onboardingFlow } from './onboarding.ts';
import { settingsFlow } from './settings.ts';

/** Every theme of the dialogue. */
export const flows: readonly Flow[] = [onboardingFlow, menuFlow, settingsFlow];
