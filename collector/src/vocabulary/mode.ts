export const VALIDATE_MODES = ['off', 'warn', 'reject'] as const

/** What becomes of an event of a known type whose payload is not as its vocabulary says: it is kept, marked or refused. */
export type ValidateMode = (typeof VALIDATE_MODES)[number]
