import { ApiError, UnreachableError } from './api.ts'
import { byId, say } from './dom.ts'
import { askForToken } from './sign-in.ts'

type Link = 'connecting' | 'live' | 'paused' | 'lost'

const WORDS: Record<Link, string> = {
  connecting: 'connecting',
  live: 'live',
  paused: 'paused',
  lost: 'the collector cannot be reached, trying again',
}

/** Shows in the page's head how the page stands with the collector. */
export function showLink(link: Link): void {
  const shown = byId('link')
  shown.dataset['link'] = link
  say(shown, WORDS[link])
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
    } catch (error) {
      if (error instanceof UnreachableError) return showLink('lost')
      say(problem, (error as Error).message)
      if (error instanceof ApiError && error.status === 401) askForToken()
      else if (!(error instanceof ApiError)) console.error(error)
    }
  }
}
