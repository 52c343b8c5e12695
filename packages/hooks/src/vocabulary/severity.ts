import type { Severity } from '@hubline/core'

/** A severity that one field of the data decides. */
export interface SeverityByField<Field extends string = string> {
  /** The field. */
  readonly from: Field
  /** By the field's value, as text. */
  readonly is: Readonly<Record<string, Severity>>
  /** For any other value. */
  readonly otherwise: Severity
}

export type SeverityRule<Field extends string = string> = Severity | SeverityByField<Field>

/** The severity that `rule` gives an event with these `data`. */
export function severityOf(rule: SeverityRule, data: object): Severity {
  if (typeof rule === 'string') return rule
  const value = String((data as Record<string, unknown>)[rule.from])
  return Object.hasOwn(rule.is, value) ? rule.is[value]! : rule.otherwise
}

/** What `rule` can come to, the first one being what it is without any data. */
export function severitiesOf(rule: SeverityRule): Severity[] {
  return typeof rule === 'string' ? [rule] : [...new Set([rule.otherwise, ...Object.values(rule.is)])]
}
