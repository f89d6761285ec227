import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { CommandError } from './errors.ts';

const ITERATIONS = 15_000;
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const failed = () => new CommandError(18, 'Authentication failed.');

/** A login under way: what both sides have said, and the nonce agreed on. */
export interface Login {
  said: string;
  nonce: string;
}

/** The server's side of SCRAM-SHA-256 (RFC 7677) for the one user there is. */
export class Scram {
  private readonly salt = randomBytes(28);
  private readonly storedKey: Buffer;
  private readonly serverKey: Buffer;
  readonly user: string;

  constructor(user: string, password: string) {
    this.user = user;
    const salted = pbkdf2Sync(password, this.salt, ITERATIONS, 32, 'sha256');
    this.storedKey = sha256(hmac(salted, 'Client Key'));
    this.serverKey = hmac(salted, 'Server Key');
  }

  /** Answers a client's first message. Throws 18 AuthenticationFailed for another user. */
  start(message: string): { payload: string; login: Login } {
    const bare = message.replace(/^[ny],,/, '');
    const { n: user, r: theirs } = fieldsOf(bare);
    if (user !== this.user || !theirs) throw failed();
    const nonce = theirs + randomBytes(24).toString('base64');
    const payload = `r=${nonce},s=${this.salt.toString('base64')},i=${ITERATIONS}`;
    return { payload, login: { said: `${bare},${payload}`, nonce } };
  }

  /** Checks a client's proof and answers with the server's. Throws 18 AuthenticationFailed for a wrong password. */
  finish(message: string, { said, nonce }: Login): string {
    const { p: proof = '', r: given } = fieldsOf(message);
    const whole = `${said},${message.slice(0, message.lastIndexOf(',p='))}`;
    const signature = hmac(this.storedKey, whole);
    const key = Buffer.from(proof, 'base64');
    if (given !== nonce || key.length !== signature.length) throw failed();
    for (let i = 0; i < key.length; i++) key[i] = (key[i] as number) ^ (signature[i] as number);
    if (!timingSafeEqual(sha256(key), this.storedKey)) throw failed();
    return `v=${hmac(this.serverKey, whole).toString('base64')}`;
  }
}

function fieldsOf(message: string): Record<string, string | undefined> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
