import { listIncidents } from '../../core/index.ts';
import { choice, type Flow } from '../flow.ts';
import { incidentText } from '../incidentText.ts';

/** How Kade and its channels are, and what the owners are told of it by itself. */
export const statusFlow: Flow = {
  notices: {
    incidents: async ({ core, shop, t }, { incidentIds }) => ({
      text: (await listIncidents(core, shop._id, incidentIds))
        .map((incident) => incidentText(t, incident, shop.timeZone))
        .join('\n\n'),
      choices: [choice(t('menu.button'), 'menu')],
    }),
  },
};
