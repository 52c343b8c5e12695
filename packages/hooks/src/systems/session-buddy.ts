import { z } from 'zod'
import { defineVocabulary } from '../vocabulary/vocabulary.ts'
import { OURS } from './ours.ts'

const NAME = 'Not session_id: a value under that key is hidden as a secret, which it is in most systems.'
const session_ref = z.string().min(1).describe(NAME)

/** Sessions of work with an assistant, and the knowledge graph that they leave. */
export const sessionBuddy = defineVocabulary({
  system: 'session_buddy',
  summary: 'Keeps sessions of work and what was learned in them.',
  events: {
    session_created: {
      summary: 'A session begins',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        session_ref,
        project: z.string().min(1).optional(),
        user_id: z.string().min(1).optional(),
      }),
    },
    session_restored: {
      summary: 'An earlier session goes on',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        session_ref,
        checkpoint_id: z.string().min(1).optional().describe('Where it goes on from.'),
        items_restored: z.int().nonnegative().optional(),
      }),
    },
    entity_created: {
      summary: 'The knowledge graph has a new entity',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        entity_id: z.string().min(1),
        entity_type: z.string().min(1),
        name: z.string().min(1),
        session_ref: session_ref.optional(),
      }),
    },
    relation_created: {
      summary: 'The knowledge graph has a new relation',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        relation_type: z.string().min(1),
        from_entity_id: z.string().min(1),
        to_entity_id: z.string().min(1),
        session_ref: session_ref.optional(),
      }),
    },
    memory_checkpoint: {
      summary: 'What a session knows has been saved',
      note: OURS,
      severity: 'info',
      data: z.strictObject({
        checkpoint_id: z.string().min(1),
        session_ref,
        entities: z.int().nonnegative(),
        relations: z.int().nonnegative(),
        size_bytes: z.int().nonnegative().optional(),
      }),
    },
  },
})
