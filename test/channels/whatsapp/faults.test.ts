import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createWhatsAppWeb, type WhatsAppWeb } from '../../../channels/whatsapp/web/whatsappWeb.ts';
import { acceptAccountRisk, type IncidentKind, receiveInbound } from '../../../core/index.ts';
import { FakeWhatsAppWeb } from '../../fakes/whatsappWeb.ts';
import { type House, openHouse } from '../../house.ts';
import { noBrowser } from '../web/openBrowser.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
const TO = '+94771234567';

let house: House;
let whatsapp: FakeWhatsAppWeb;
let folder: string;
let web: WhatsAppWeb;
const reported: IncidentKind[] = [];
const solved: IncidentKind[] = [];
const becomes = (is: string) => vi.waitFor(() => expect(web.account.state().is).toBe(is), PATIENCE);

// The way by itself, with little patience.
describe.skipIf(noBrowser)('WhatsApp Web in trouble', () => {
  beforeAll(async () => {
    house = await openHouse();
    const { core } = house.kade;
    const { _id: shopId } = (await core.db.shops.findOne({})) ?? { _id: null };
    if (!shopId) throw new Error('no shop');
    await acceptAccountRisk(core, shopId, house.owner);
    whatsapp = await FakeWhatsAppWeb.open();
    folder = join(core.files.path(''), '..', 'own');
    const { CHROMIUM_PATH: chromium } = await whatsapp.furnish(folder);
    web = createWhatsAppWeb({
      folder: join(folder, 'whatsapp'),
      chromium,
      filePath: (id) => core.files.path(id),
      pace: 0.02,
      answerWithinMs: 500,
      patienceMs: 8_000,
    });
    web.listen({
      core,
      shopId,
      receive: () => Promise.resolve(),
      desk: { report: (kind) => void reported.push(kind), solve: (kind) => void solved.push(kind) },
    });
    await receiveInbound(core, shopId, { id: 'w1', from: `whatsapp:${TO}`, at: core.clock.now(), text: 'Hello' });
    await becomes('code');
    whatsapp.pair();
    await becomes('ready');
  });
  afterAll(async () => {
    await web?.close();
    await whatsapp?.close();
    await house?.close();
  });

  test.each(['hang', 'reset'] as const)('nobody knows what became of a message where the line %ss', async (plan) => {
    whatsapp.plan(plan);
    expect(await web.send(TO, { text: 'Hello' }, 'd')).toMatchObject({ status: 'unknown' });
  });

  test('a page that shows no sign of life is closed, its kept copy thrown away, and the next one tried', async () => {
    whatsapp.silent = true;
    whatsapp.setState('CONFLICT');
    await becomes('lost');
    expect(await web.send(TO, { text: 'Hello' }, 'd')).toMatchObject({ status: 'retry' });
    await vi.waitFor(() => expect(house.lines.join()).toContain('"ending":"stuck"'), PATIENCE);
    // Without its copy the page comes from the internet, where nobody is here.
    await vi.waitFor(() => expect(house.lines.join()).toContain('"ending":"unreached"'), PATIENCE);
    expect(reported).toContain('unreachable');
    whatsapp.silent = false;
    const before = solved.length;
    await whatsapp.furnish(folder);
    await becomes('ready');
    expect(solved.slice(before)).toContain('unreachable');
  }, 60_000);
});
