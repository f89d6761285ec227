import { choice, type Flow, type Turn } from '../flow.ts';

async function showMenu(turn: Turn): Promise<void> {
  await turn.say(
    'menu.text',
    { shop: turn.shop.name ?? '' },
    {
      choices: [
        choice(turn.t('menu.sendFile'), 'import.how'),
        choice(turn.t('menu.inbox'), 'inbox.list'),
        choice(turn.t('menu.customers'), 'customer.how'),
        choice(turn.t('menu.segments'), 'segment.list'),
        choice(turn.t('menu.campaign'), 'campaign.new'),
        choice(turn.t('menu.campaigns'), 'campaign.list'),
        choice(turn.t('menu.report'), 'report.show'),
        choice(turn.t('menu.settings'), 'settings.show'),
      ],
    },
  );
}

async function showHelp(turn: Turn): Promise<void> {
  await turn.say('help.text', {}, { choices: [choice(turn.t('menu.button'), 'menu')] });
}

async function cancel(turn: Turn): Promise<void> {
  await turn.end();
  await turn.say('menu.cancelled', {}, { choices: [choice(turn.t('menu.button'), 'menu')] });
}

/** Help, the menu and the way out of any question; heard everywhere. */
export const menuFlow: Flow = {
  commands: [
    { name: 'menu', run: showMenu },
    { name: 'help', run: showHelp },
    { name: 'cancel', run: cancel },
  ],
  actions: { menu: showMenu, help: showHelp, cancel },
};
