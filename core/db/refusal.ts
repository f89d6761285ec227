/** Why a backup, a restore or a copy cannot be, in a sentence that says what to do. */
export class Refusal extends Error {}
