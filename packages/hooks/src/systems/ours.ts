/** Said of events whose fields the original documentation leaves open. */
export const OURS = 'The fields are Hubline’s own: the documentation of the original names the event alone.'
