import type { ChannelName } from '../message.ts';

/** Hours [from, to) by the recipient's clock; `sunday` where that day differs. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly sunday?: { readonly from: number; readonly to: number };
}

/** What a country allows, whatever the shop's own hours are. */
export interface QuietLaw {
  readonly hours: Window;
  readonly channels: readonly ChannelName[];
  /** the clocks that all must agree, where a number does not tell which is the person's */
  readonly zones?: readonly string[];
}

const NUMBERS = ['sms', 'whatsapp'] as const;

/**
 * By ISO 3166-1 country. US: 47 CFR 64.1200(c)(1) allows 8 to 21; states are stricter (Florida 8 to 20, Connecticut 9 to
 * 20, Rhode Island 9 to 18, Texas on Sundays from 12). A number does not tell the state, so the strictest of each holds.
 */
export const QUIET_LAWS: Readonly<Record<string, QuietLaw>> = {
  US: {
    hours: { from: 9, to: 18, sunday: { from: 12, to: 18 } },
    channels: NUMBERS,
    zones: ['America/New_York', 'America/Los_Angeles'],
  },
};
