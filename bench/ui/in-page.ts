// What runs in the page, as text: it is of another world, with another library.

/**
 * Tells when the first element of a selector was in sight, as `__inSight`: milliseconds from the beginning of the navigation
 * to the frame after it was there. To be added before the page's own scripts.
 */
export function watchFor(selector: string): string {
  return `{
    const look = () => {
      if (!document.querySelector(${JSON.stringify(selector)})) return requestAnimationFrame(look)
      requestAnimationFrame(() => { globalThis.__inSight = performance.now() })
    }
    requestAnimationFrame(look)
  }`
}

export interface Sight {
  /** Milliseconds since the beginning of the navigation. */
  paintMs: number
  inSightMs: number
}

/** Gives a `Sight` once what was watched for is there. @throws when that takes a minute. */
export const SIGHT = `(async () => {
  while (globalThis.__inSight === undefined) {
    if (performance.now() > 60000) throw new Error('what was to be seen at ' + location + ' did not come')
    await new Promise(requestAnimationFrame)
  }
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  return { paintMs: paint ? paint.startTime : globalThis.__inSight, inSightMs: globalThis.__inSight }
})()`

/** Milliseconds from each frame to the next. */
export interface Frames {
  gaps: number[]
  /** How many pixels it went. */
  pixels: number
  /** Frames in which a row of the list was in the middle of the window. */
  filled: number
}

/** Scrolls the page from its beginning, each frame to where it should be by then; gives `Frames`. */
export function scroll(pixelsASecond: number, seconds: number): string {
  return `(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    scrollTo(0, 0)
    await frame()
    const from = await frame()
    const frames = { gaps: [], pixels: 0, filled: 0 }
    for (let last = from; last - from < ${seconds * 1000};) {
      scrollTo(0, (last - from) / 1000 * ${pixelsASecond})
      const now = await frame()
      frames.gaps.push(now - last)
      const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2)
      if (middle && middle.closest('[role=listitem]')) frames.filled++
      last = now
    }
    frames.pixels = scrollY
    return frames
  })()`
}

/** The pixels that the page can be scrolled. */
export const SCROLLABLE = 'document.documentElement.scrollHeight - innerHeight'
