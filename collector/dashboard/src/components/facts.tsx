import type { JSX } from 'preact'
import type { Fact } from '../events/summary.ts'
import './facts.css'

/** Small facts in a row, each in its tone. */
export function Facts({ facts }: { facts: readonly Fact[] }): JSX.Element {
  return (
    <span class="facts">
      {facts.map(({ text, tone, measure }, index) => (
        <span key={index} class={measure ? `${tone} measure` : tone}>
          {text}
        </span>
      ))}
    </span>
  )
}
