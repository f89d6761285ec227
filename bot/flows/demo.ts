import { loadDemoShop } from '../../core/index.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { planWords } from '../imports/importWords.ts';

async function load(turn: Turn): Promise<void> {
  turn.require('manager');
  const loaded = await loadDemoShop(turn.core, turn.shop, turn.address, planWords(turn.t, turn.member.name));
  if (!loaded) return void (await turn.say('demo.there', {}, { choices: [choice(turn.t('menu.button'), 'menu')] }));
  await turn.say('demo.loading');
}

/** A small shop to try everything on: 160 customers and their orders, imported like any file. */
export const demoFlow: Flow = {
  commands: [{ name: 'demo', run: load }],
  actions: { 'demo.load': load },
};
