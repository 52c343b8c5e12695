import { useEffect, useRef, useState } from 'preact/hooks'
import { read } from '../../api/client.ts'
import { tellFailure } from '../../app/connection.ts'
import { follow, type LiveFilter } from '../../live/follow.ts'
import { Feed, type Line } from './feed.ts'

const FIRST_EVENTS = 60
const RATE_MS = 1000

export interface FeedState {
  lines: readonly Line[]
  /** How many wait while the feed is held. */
  held: number
  /** Events a second, those that are not shown too. */
  perSecond: number
  isRead: boolean
  error: Error | undefined
}

const NOTHING: FeedState = { lines: [], held: 0, perSecond: 0, isRead: false, error: undefined }

/** The feed of a filter, shown at most once a frame. Held, it waits. */
export function useFeed(filter: LiveFilter, isHeld: boolean): FeedState {
  const [state, setState] = useState(NOTHING)
  const feed = useRef(new Feed())
  const key = JSON.stringify(filter)

  useEffect(() => {
    const mine = new Feed()
    feed.current = mine
    mine.isHeld = isHeld
    let frame = 0
    let since = performance.now()
    let count = 0
    let isOver = false
    setState(NOTHING)

    const show = (news: Partial<FeedState> = {}) =>
      setState((old) => ({ ...old, lines: mine.lines, held: mine.held, ...news }))
    const showSoon = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        show()
      })
    }
    const measure = setInterval(() => {
      const now = performance.now()
      const perSecond = Math.round((count * 1000) / (now - since))
      ;[since, count] = [now, 0]
      setState((old) => (old.perSecond === perSecond ? old : { ...old, perSecond }))
    }, RATE_MS)
    const readStored = async () => {
      try {
        const { data } = await read('hub/events', { order: 'desc', limit: FIRST_EVENTS, ...filter })
        if (isOver) return
        mine.fill(data)
        show({ isRead: true, error: undefined })
      } catch (error) {
        if (!isOver && tellFailure(error)) show({ isRead: true, error: error as Error })
      }
    }
    void readStored()
    // Read again once the stream has begun, so that nothing is missed in between.
    const leave = follow(filter, {
      begun: () => void readStored(),
      take: (events, more) => {
        count += events.length + more
        mine.add(events, more, Date.now())
        showSoon()
      },
    })
    return () => {
      isOver = true
      leave()
      clearInterval(measure)
      cancelAnimationFrame(frame)
    }
  }, [key])

  useEffect(() => {
    feed.current.isHeld = isHeld
    if (!isHeld) feed.current.release()
    setState((old) => ({ ...old, lines: feed.current.lines, held: feed.current.held }))
  }, [isHeld])
  return state
}
