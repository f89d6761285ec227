import { createHash, randomBytes, randomInt } from 'node:crypto';
import { type mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey } from '../message.ts';
import { getShop } from '../shops/shops.ts';
import type { Member, Role, SignInCode } from './member.model.ts';

const CODE_LIVES_MS = 24 * 3600_000;
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** A one-time code (8 letters and digits, 40 bits) that makes its bearer a member with `role`; valid for a day. */
export function createSignInCode(core: Core, shopId: Types.ObjectId, role: Role): Promise<string> {
  return createCode(core, { shopId, role });
}

/** The owner's code that a start prints, for the first visit or the way back in; those of earlier starts end. */
export async function createStartCode(core: Core, shopId: Types.ObjectId): Promise<string> {
  await core.db.signInCodes.deleteMany({ shopId, atStart: true });
  return createCode(core, { shopId, role: 'owner', atStart: true });
}

/** A code by which an address, or another browser, becomes this member's; valid for a day. */
export function createLinkCode(core: Core, { shopId, role, _id: memberId }: Member): Promise<string> {
  return createCode(core, { shopId, role, memberId });
}

async function createCode(core: Core, made: Omit<SignInCode, '_id' | 'codeHash' | 'expiresAt'>): Promise<string> {
  const code = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  await core.db.signInCodes.insertOne({
    _id: new Types.ObjectId(),
    ...made,
    codeHash: sha256(code),
    expiresAt: new Date(core.clock.now().getTime() + CODE_LIVES_MS),
  });
  return code;
}

/** Spends a code on the web, see spendCode; `code_wrong` when it is unknown, used or too old. The token is told once; the welcome is in their chat. */
export async function signIn(core: Core, code: string, name = ''): Promise<{ token: string; member: Member }> {
  const token = randomBytes(32).toString('base64url');
  const member = await spendCode(core, code, webAddress(token), name);
  if (!member) throw new KadeError('code_wrong');
  return { token, member };
}

/** Makes an address a member's by a code, and welcomes them there: the member's who made the code, else a new one's. null: there is no such code. */
export async function spendCode(core: Core, code: string, address: AddressKey, name = ''): Promise<Member | null> {
  const spent = await core.db.signInCodes.findOneAndDelete(validCode(core, code));
  if (!spent) return null;
  const member = await (spent.memberId ? addAddress(core, spent, address) : addMember(core, spent, address, name));
  if (member) await core.notifier.notify(address, { kind: 'member.welcome', memberId: member._id.toHexString() });
  return member;
}

/** A code that is valid now, not spent by this; null: there is none such. */
export async function findCode(core: Core, code: string): Promise<SignInCode | null> {
  return core.db.signInCodes.findOne(validCode(core, code));
}

function validCode(core: Core, code: string): mongo.Filter<SignInCode> {
  return { codeHash: sha256(code.trim().toUpperCase()), expiresAt: { $gt: core.clock.now() } };
}

/** The newest address comes first: there they are told what happens. */
async function addAddress(core: Core, { memberId, shopId }: SignInCode, address: AddressKey): Promise<Member | null> {
  return core.db.members.findOneAndUpdate(
    { _id: memberId, shopId },
    { $push: { addresses: { $each: [address], $position: 0 } } },
    { returnDocument: 'after' },
  );
}

async function addMember(core: Core, { shopId, role }: SignInCode, address: AddressKey, name: string): Promise<Member> {
  const { language } = await getShop(core.db, shopId);
  const createdAt = core.clock.now();
  const member: Member = { _id: new Types.ObjectId(), shopId, name, role, language, addresses: [address], createdAt };
  await core.db.members.insertOne(member);
  return member;
}

/** The member whose web token this is, if any. */
export async function findMemberByToken(
  core: Core,
  token: string,
): Promise<{ member: Member; address: AddressKey } | null> {
  const address = webAddress(token);
  const member = await core.db.members.findOne({ addresses: address });
  return member && { member, address };
}

/** The address is a digest of the token, so a session needs no store and the token stands nowhere. */
function webAddress(token: string): AddressKey {
  return `web:${sha256(token).slice(0, 24)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
