/** What a field of the shop's own can hold. */
export const CUSTOM_TYPES = ['text', 'number', 'money', 'date', 'yesno', 'choice'] as const;
export type CustomType = (typeof CUSTOM_TYPES)[number];

export const YES_NO = ['yes', 'no'] as const;

/** A field of the shop's own. Customers keep its values under `custom.<key>`, rules call it so; the name may change. */
export interface CustomField {
  /** small letters, digits and `_`, not a digit first */
  key: string;
  name: string;
  type: CustomType;
  /** choice: what there is to choose from */
  choices?: string[];
}

/** Text, a choice, `yes` or `no`; a number; minor units; a day as its first moment by the shop's clocks. */
export type CustomValue = string | number | Date;
