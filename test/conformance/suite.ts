import { NotSeen, Unmet, type Requirement } from './judge.ts'
import { ANSWERS } from './requirements/answers.ts'
import { BODIES } from './requirements/bodies.ts'
import { CORS } from './requirements/cors.ts'
import { ERRORS } from './requirements/errors.ts'
import { ROUTES } from './requirements/routes.ts'
import { VALUE_RULES } from './requirements/values.ts'
import type { Target } from './target.ts'

export const REQUIREMENTS: readonly Requirement[] = [
  ...ROUTES,
  ...BODIES,
  ...ANSWERS,
  ...ERRORS,
  ...VALUE_RULES,
  ...CORS,
]

/** What came of one requirement. */
export interface Verdict {
  section: string
  requirement: string
  /** `missing`: an optional one that is not met. `not seen`: it could not be looked at. */
  result: 'pass' | 'fail' | 'missing' | 'not seen'
  /** Of what is not met. */
  sent?: string
  expected?: string
  got?: string
  /** Why it was not seen. */
  reason?: string
}

export interface Report {
  url: string
  /** Whether what was sent was also read back, and not only answered. */
  readBack: boolean
  passed: number
  failed: number
  missing: number
  notSeen: number
  verdicts: Verdict[]
}

/** Holds a server to every requirement, one after the other. */
export async function judge(
  target: Target,
  requirements: readonly Requirement[] = REQUIREMENTS,
): Promise<Report> {
  const verdicts: Verdict[] = []
  for (const requirement of requirements) verdicts.push(await verdictOn(target, requirement))
  const count = (result: Verdict['result']) => verdicts.filter((verdict) => verdict.result === result).length
  return {
    url: target.url.href,
    readBack: target.options.readBack !== undefined,
    passed: count('pass'),
    failed: count('fail'),
    missing: count('missing'),
    notSeen: count('not seen'),
    verdicts,
  }
}

async function verdictOn(target: Target, { section, text, optional, check }: Requirement): Promise<Verdict> {
  const verdict = { section, requirement: text }
  try {
    await check(target)
    return { ...verdict, result: 'pass' }
  } catch (error) {
    if (error instanceof NotSeen) return { ...verdict, result: 'not seen', reason: error.message }
    const result = optional ? 'missing' : 'fail'
    if (error instanceof Unmet) {
      const { sent, expected, got } = error
      return { ...verdict, result, sent, expected, got }
    }
    return { ...verdict, result, sent: text, expected: 'an answer', got: (error as Error).message }
  }
}
