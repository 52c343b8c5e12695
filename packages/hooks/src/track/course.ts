import { type EventOptions, getHub } from '@hubline/core'
import { beginWork, type WorkSpan } from '@hubline/core/adapter'
import { createRedactor } from '@hubline/core/wire'
import { correlate, correlationIdOrNew } from '../correlation.ts'
import type { TrackOptions } from './options.ts'

/** Characters of JSON that arguments and results may have. */
const MOST_CHARACTERS = 16 * 1024

const redactor = createRedactor()

/** One run of a tracked function: its begin, and its single end. Never throws. */
export class Course {
  readonly #name: string
  readonly #options: TrackOptions
  readonly #function: string
  readonly #correlationId: string = correlationIdOrNew()
  readonly #began = performance.now()
  readonly #span: WorkSpan
  #ended = false

  constructor(name: string, options: TrackOptions, functionName: string, args: readonly unknown[]) {
    this.#name = name
    this.#options = options
    this.#function = functionName
    this.#span = beginWork(name)
    this.#say('starting', options.includeArgs ? { args: bounded(args) } : {})
  }

  /** Runs a part of it, so that what it says carries the same correlation id, and its spans belong to this one. */
  run<T>(part: () => T): T {
    return this.#span.run(() => correlate(this.#correlationId, part))
  }

  succeeded(result: unknown, details: object = {}): void {
    if (this.#ended) return
    this.#ended = true
    const told = this.#options.includeResult && result !== undefined ? { result: bounded(result) } : {}
    this.#say('success', { duration_ms: this.#duration(), ...details, ...told })
    this.#span.end({ 'code.function.name': this.#function })
  }

  failed(error: unknown, details: object = {}): void {
    if (this.#ended) return
    this.#ended = true
    const words = inWords(error)
    this.#say('failed', { duration_ms: this.#duration(), ...details, ...words }, 'error')
    const failure = { type: words.error_type, message: words.error_message }
    this.#span.end({ 'code.function.name': this.#function }, failure)
  }

  #duration(): number {
    return Math.round((performance.now() - this.#began) * 1000) / 1000
  }

  #say(state: string, details: object, severity = this.#options.severity ?? 'info'): void {
    const { hook, tags } = this.#options
    const options: EventOptions = { severity, correlationId: this.#correlationId, ...(tags && { tags }) }
    try {
      const sink = hook ?? getHub()
      const payload = { function: this.#function, ...details }
      const answer = this.#span.run(() => sink.event(`${this.#name}_${state}`, payload, options))
      // A sink of somebody else's may reject.
      if (answer instanceof Promise) answer.catch(() => {})
    } catch {
      // The function is what matters.
    }
  }
}

/** `value` without secrets; a note in its place where it is too large to be told. */
function bounded(value: unknown): unknown {
  const plain = redactor.value(value)
  return (JSON.stringify(plain) ?? '').length > MOST_CHARACTERS ? '[too large]' : plain
}

function inWords(error: unknown): { error_type: string; error_message: string } {
  try {
    if (!(error instanceof Error)) return { error_type: typeof error, error_message: String(error) }
    return { error_type: error.name, error_message: String(error.message) }
  } catch {
    return { error_type: 'unknown', error_message: 'it cannot be put into words' }
  }
}
