// Messages in bulk against a provider that enforces its limit, ten minutes by a simulated clock; the pace is the channels' own.
import { createPace } from '../../../channels/pace.ts';
import { EnforcedLimit, SimulatedTimer } from '../../simulatedTimer.ts';
import { atLeast, atMost, type Figure } from '../figure.ts';

const SECONDS = 600;
/** as many as a campaign has on their way at once */
const LANES = 90;
const LIMITS = [
  { name: 'Telegram', perSecond: 30, chatGapMs: 1_000 },
  { name: 'WhatsApp', perSecond: 80 },
  { name: 'SMS', perSecond: 1 },
];

/** The share of what is allowed that leaves, and what is refused. */
export async function* benchPacing(): AsyncGenerator<Figure> {
  for (const { name, ...limit } of LIMITS) {
    const timer = new SimulatedTimer();
    const pace = createPace({ ...limit, timer });
    const provider = new EnforcedLimit(timer, limit.perSecond, limit.chatGapMs);
    let sent = 0;
    await timer.run(LANES, async () => {
      while (timer.now() < SECONDS * 1000) {
        // Everyone gets two in a row.
        const to = String(Math.floor(sent++ / 2));
        for (let wait = await pace.turn(to); wait > 0; wait = await pace.turn(to)) await timer.sleep(wait);
        if (timer.now() < SECONDS * 1000) provider.takes(to);
      }
    });
    const share = (provider.accepted / (limit.perSecond * SECONDS)) * 100;
    yield atLeast(`pace on ${name}, of ${limit.perSecond}/s over ten simulated minutes`, share, '%', 99);
    yield atMost(`pace on ${name}, refusals`, provider.refused, 'messages', 0);
  }
}
