import { ApiError, UnreachableError } from './api.ts'
import { byId, say } from './dom.ts'
import { askForToken } from './sign-in.ts'

const WORDS = {
  connecting: 'connecting',
  live: 'live',
  paused: 'paused',
  again: 'reconnecting',
  lost: 'the collector cannot be reached, trying again',
}

const known = { stream: 'connecting' as 'connecting' | 'live' | 'again', paused: false, answers: true }

/** Shows in the page's head how the page stands with the collector. */
export function showConnection(news: Partial<typeof known>): void {
  Object.assign(known, news)
  const state = !known.answers
    ? 'lost'
    : known.stream !== 'live'
      ? known.stream
      : known.paused
        ? 'paused'
        : 'live'
  const shown = byId('link')
  shown.dataset['link'] = state
  say(shown, WORDS[state])
}

/**
 * Wraps a reading: what fails is said in the element, what works clears it. A lost collector is said once, in the head.
 *
 * @param problem an element for messages
 */
export function telling(problem: HTMLElement, read: () => Promise<void>): () => Promise<void> {
  return async function tell() {
    try {
      await read()
      say(problem, '')
      showConnection({ answers: true })
    } catch (error) {
      showConnection({ answers: !(error instanceof UnreachableError) })
      if (error instanceof UnreachableError) return
      say(problem, (error as Error).message)
      if (!(error instanceof ApiError)) console.error(error)
      else if (error.status === 401) askForToken()
    }
  }
}
