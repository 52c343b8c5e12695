/** One call of a router with a request. */
interface Visit {
  /** The router's own `next`, by which one call of it is told from another. */
  next: unknown
  /** Pattern of everything that encloses the router. */
  above: string
  /** The same and where the layer that was called last is mounted. */
  here: string
}

/**
 * The way of a request through nested routers, by the patterns at which they are mounted.
 *
 * @example
 * way.enter(next, '/shops/:shop')
 * way.enter(nextOfInner, '/items')
 * way.route(nextOfItems, '/:item') // '/shops/:shop/items/:item'
 */
export class Way {
  /** An exchange goes it. */
  followed = false
  /** How many errors an error handler of the app's could have answered so far; absent when none was called. */
  answerable: number | undefined = undefined
  readonly #visits: Visit[] = []
  /** Depth of the router whose route was called last. */
  #routedAt = -1
  #passed = false
  #pending: { next: unknown; path: string | RegExp } | undefined

  /** The way begins in a router of which nothing was seen before; `above` is the pattern of what encloses it. */
  begin(next: unknown, above: string): void {
    this.#visits.push({ next, above, here: above })
  }

  /** A layer mounted at `mount` is called by the router whose `next` is given. */
  enter(next: unknown, mount: string | RegExp): void {
    this.#pending = undefined
    const visit = this.#visit(next)
    visit.here = visit.above + mountText(mount)
  }

  /** The whole template of a route that is called by the router whose `next` is given. */
  route(next: unknown, path: string | RegExp): string {
    const { above } = this.#visit(next)
    this.#routedAt = this.#visits.length - 1
    this.#passed = false
    const text = pathText(path)
    return text === '/' && above !== '' ? above : above + text
  }

  /** A route matches, of which it is not known yet whether it has a handler for the request. */
  pend(next: unknown, path: string | RegExp): void {
    this.enter(next, '')
    this.#pending = { next, path }
  }

  /** The template of the route that matched, once. */
  takePending(): string | undefined {
    const pending = this.#pending
    this.#pending = undefined
    return pending && this.route(pending.next, pending.path)
  }

  /**
   * It has come to its end. Where V8 makes ways in the old generation, each would keep its routers' `next`, and with it the whole
   * request, until a full collection.
   */
  forget(): void {
    for (const visit of this.#visits) visit.next = undefined
    this.#visits.length = 0
    this.#pending = undefined
  }

  /** Whether another layer was called since the last route, which therefore handed the request on. */
  get passed(): boolean {
    return this.#passed
  }

  #visit(next: unknown): Visit {
    const at = this.#visits.findLastIndex((visit) => visit.next === next)
    if (at < 0) {
      const above = this.#visits.at(-1)?.here ?? ''
      this.#visits.push({ next, above, here: above })
    } else {
      this.#visits.length = at + 1
      if (this.#routedAt >= at) this.#passed = true
    }
    const visit = this.#visits.at(-1)!
    visit.here = visit.above
    return visit
  }
}

function mountText(mount: string | RegExp): string {
  const text = typeof mount === 'string' ? mount.replace(/\/+$/, '') : String(mount)
  return text && pathText(text)
}

function pathText(path: string | RegExp): string {
  const text = String(path)
  return /^[/{]/.test(text) ? text : `/${text}`
}
