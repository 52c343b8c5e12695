import type { z } from 'zod'
import type { Access } from '../server/access.ts'
import type { Store } from '../store/store.ts'
import type { Links } from './links.ts'

/** What a tool reads by. */
export interface Asking {
  store: Store
  /** Milliseconds since the epoch. */
  now: number
  access: Access
  links: Links
}

/** What a tool answers: our own words, and lines of what programs said, made by `plain`. */
export interface Told {
  says: string
  data: readonly string[]
}

/** One thing that an agent can ask for. All tools only read. */
export interface Tool {
  name: string
  title: string
  description: string
  input: z.ZodObject
  tell(asking: Asking, given: Record<string, unknown>): Promise<Told>
}

/** A tool whose arguments are as its schema makes them. */
export function tool<Input extends z.ZodObject>(declared: {
  name: string
  title: string
  description: string
  input: Input
  tell(asking: Asking, given: z.output<Input>): Promise<Told>
}): Tool {
  return declared as unknown as Tool
}
