/** One call of a router with a request. */
interface Visit {
  /** The router's own `next`, by which one call of it is told from another. */
  next: unknown
  /** Pattern of everything that encloses the router. */
  above: string
  /** The same and where the layer that was called last is mounted. */
  here: string
  /** The router that has called this one. */
  readonly within: Visit | undefined
  /** How many routers enclose it. */
  readonly depth: number
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
  #visit: Visit | undefined = undefined
  /** Depth of the router whose route was called last. */
  #routedAt = -1
  #passed = false
  #pending: { next: unknown; path: string | RegExp } | undefined

  /** The way begins in a router of which nothing was seen before; `above` is the pattern of what encloses it. */
  begin(next: unknown, above: string): void {
    this.#enter(next, above)
  }

  /** A layer mounted at `mount` is called by the router whose `next` is given. */
  enter(next: unknown, mount: string | RegExp): void {
    this.#pending = undefined
    const visit = this.#visitOf(next)
    visit.here = visit.above + mountText(mount)
  }

  /** The whole template of a route that is called by the router whose `next` is given. */
  route(next: unknown, path: string | RegExp): string {
    const { above, depth } = this.#visitOf(next)
    this.#routedAt = depth
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
    for (let visit = this.#visit; visit; visit = visit.within) visit.next = undefined
    this.#visit = undefined
    this.#pending = undefined
  }

  /** Whether another layer was called since the last route, which therefore handed the request on. */
  get passed(): boolean {
    return this.#passed
  }

  #visitOf(next: unknown): Visit {
    let visit = this.#visit
    while (visit && visit.next !== next) visit = visit.within
    if (!visit) return this.#enter(next, this.#visit?.here ?? '')
    this.#visit = visit
    if (this.#routedAt >= visit.depth) this.#passed = true
    visit.here = visit.above
    return visit
  }

  #enter(next: unknown, above: string): Visit {
    const within = this.#visit
    return (this.#visit = { next, above, here: above, within, depth: within ? within.depth + 1 : 0 })
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
