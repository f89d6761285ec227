import {
  endConversation,
  eraseAddress,
  eraseCustomer,
  findConversation,
  saveConversation,
  tellPerson,
} from '../core/index.ts';
import { erasureText } from './consents/erasureText.ts';
import { myDataPage } from './consents/myDataFile.ts';
import type { Heard } from './customerSide.ts';
import { choice } from './flow.ts';

const FORGET = 'customer.forget';
const YES = 'forget.yes';
const NO = 'forget.no';
/** A yes after longer than this is to something else. */
const ASKED_WITHIN_MS = 24 * 3600_000;

/** FORGET ME is asked back once; the same word again is a yes. */
export async function answerForget(heard: Heard): Promise<void> {
  if (await isAsked(heard)) return forget(heard);
  const { core, inbound, t, answer } = heard;
  await saveConversation(core, inbound.shopId, inbound.from, FORGET, {});
  await answer('forgetAsk', { choices: [choice(t('customer.forgetYes'), YES), choice(t('customer.forgetNo'), NO)] });
}

/** Takes a yes or no to that question, tapped or typed (`said`); anything else closes it. false: it is about something else. */
export async function answerForgetting(heard: Heard, said: boolean | null): Promise<boolean> {
  const { core, inbound, answer } = heard;
  const asked = await isAsked(heard);
  if (inbound.choiceId === YES || (asked && said === true)) {
    // An old button asks anew.
    await (asked ? forget(heard) : answerForget(heard));
    return true;
  }
  if (asked) await endConversation(core, inbound.shopId, inbound.from);
  if (inbound.choiceId !== NO && !(asked && said === false)) return false;
  await answer('notForgotten');
  return true;
}

async function isAsked({ core, inbound }: Heard): Promise<boolean> {
  const open = await findConversation(core, inbound.shopId, inbound.from);
  return open?.step === FORGET && core.clock.now().getTime() - open.updatedAt.getTime() < ASKED_WITHIN_MS;
}

async function forget({ core, shop, inbound, customer, t, words, say }: Heard): Promise<void> {
  const evidenceId = inbound._id.toHexString();
  const erased = customer && (await eraseCustomer(core, shop._id, customer._id, { evidenceId }));
  await say({ text: erased ? `${words('forgotten')}\n${erasureText(t, erased)}` : words('forgotten') });
  // The answer itself would be a trace of them.
  await eraseAddress(core, shop._id, inbound.from);
}

/** MY DATA: a page with everything, to the address that asks, of the customer who holds it. */
export async function answerMyData({ core, shop, customer, t, words, say, answer }: Heard): Promise<void> {
  if (!customer) return answer('noData');
  const data = await tellPerson(core, shop, customer);
  if (!data) return answer('dataToday');
  const page = myDataPage(t, shop, customer, data, core.clock.now());
  const about = { customerId: customer._id };
  const file = await core.files.save(shop._id, 'my-data.html', 'text/html', page, about);
  await say({ text: words('data'), file });
}
