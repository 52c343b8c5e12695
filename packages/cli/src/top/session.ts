import { CommandError } from '../command-error.ts'
import type { Connection } from '../hub-client.ts'
import type { Board } from './board.ts'
import { publishTest, TEST_EVENT } from './bus.ts'
import type { Polling } from './polling.ts'
import type { Detail, View } from './view.ts'

const MOST_FILTER = 100

/** A key that was pressed: its name, or the character that it types. */
export interface Press {
  name:
    | 'up'
    | 'down'
    | 'pageUp'
    | 'pageDown'
    | 'home'
    | 'end'
    | 'enter'
    | 'escape'
    | 'tab'
    | 'backspace'
    | 'text'
  text: string
}

export interface SessionParts {
  board: Board
  connection: Connection
  views: readonly View[]
  polling: Polling
  /** Ends the program. */
  quit(): void
}

/** What one person looks at, and what their keys do. */
export class Session {
  readonly views: readonly View[]
  view: View
  filter = ''
  /** Whether keys go into the filter. */
  isTyping = false
  /** Items of a view that stands still. */
  frozen: readonly unknown[] | undefined
  /** How many events had come when it began to stand. */
  frozenAt = 0
  /** Index of the chosen item; the last one of a view that is followed. */
  chosen = 0
  detail: Detail | undefined
  /** First line of the detail that is shown. */
  scrolled = 0
  isHelp = false
  /** Lines of a page, as it was drawn last. */
  page = 10
  readonly #parts: SessionParts

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.views = parts.views
    this.view = parts.views[0]!
  }

  /** What the view shows now, by its filter. */
  items(): readonly unknown[] | undefined {
    const items = this.frozen ?? this.view.items(this.#parts.board)
    if (this.filter === '' || !items) return items
    const wanted = this.filter.toLowerCase()
    return items.filter((item) => this.view.text(item).toLowerCase().includes(wanted))
  }

  press(press: Press): void {
    const { board } = this.#parts
    board.message = ''
    if (this.isTyping) this.#type(press)
    else if (this.isHelp) this.isHelp = false
    else if (press.name === 'text') this.#letter(press.text)
    else this.#move(press.name)
    board.tell()
  }

  #type({ name, text }: Press): void {
    if (name === 'text') this.filter = (this.filter + text).slice(0, MOST_FILTER)
    else if (name === 'backspace') this.filter = this.filter.slice(0, -1)
    else if (name === 'escape') this.filter = ''
    if (name === 'enter' || name === 'escape') this.isTyping = false
    this.chosen = 0
  }

  #letter(letter: string): void {
    const { quit } = this.#parts
    const numbered = this.views[Number(letter) - 1]
    if (numbered) this.#show(numbered)
    else if (letter === 'b') this.#show(this.views.find(({ name }) => name === 'bus')!)
    else if (letter === 'q') quit()
    else if (letter === '?') this.isHelp = true
    else if (letter === '/') {
      this.detail = undefined
      this.isTyping = true
    } else if (letter === ' ') this.#pause()
    else if (letter === 'p' && this.view.name === 'bus') void this.#publish()
    else if (letter === 'j') this.#move('down')
    else if (letter === 'k') this.#move('up')
    else if (letter === 'g') this.#move('home')
    else if (letter === 'G') this.#move('end')
  }

  #show(view: View): void {
    this.view = view
    this.filter = ''
    this.frozen = undefined
    this.detail = undefined
    this.chosen = 0
    this.#parts.polling.want(view.name)
  }

  #pause(): void {
    if (!this.view.isLive) return
    this.frozen = this.frozen ? undefined : [...(this.items() ?? [])]
    this.frozenAt = this.#parts.board.feed.count
    this.chosen = Math.max(0, (this.frozen?.length ?? 0) - 1)
  }

  #move(name: Exclude<Press['name'], 'text'>): void {
    if (name === 'tab') {
      const next = (this.views.indexOf(this.view) + 1) % this.views.length
      return this.#show(this.views[next]!)
    }
    if (name === 'escape' || name === 'backspace') return this.#back()
    if (name === 'enter') return void this.#open()
    const steps = { up: -1, down: 1, pageUp: -this.page, pageDown: this.page, home: -1e9, end: 1e9 }[name]
    // The end of the detail is known where it is drawn.
    if (this.detail) this.scrolled = Math.max(0, this.scrolled + steps)
    else this.#choose(steps)
  }

  #choose(steps: number): void {
    // What moves cannot be chosen from.
    if (this.view.isLive && !this.frozen) this.#pause()
    const last = (this.items()?.length ?? 0) - 1
    this.chosen = Math.max(0, Math.min(last, this.chosen + steps))
  }

  #back(): void {
    if (this.detail) this.detail = undefined
    else if (this.filter !== '') this.filter = ''
    else this.frozen = undefined
  }

  async #open(): Promise<void> {
    if (this.detail) return
    if (this.view.isLive && !this.frozen) this.#pause()
    const { view } = this
    const item = this.items()?.[this.chosen]
    if (item === undefined) return
    await this.#attempt(async () => {
      const detail = await view.open(item, this.#parts.connection)
      if (this.view !== view) return
      this.detail = detail
      this.scrolled = 0
    })
  }

  async #publish(): Promise<void> {
    await this.#attempt(async () => {
      await publishTest(this.#parts.connection)
      this.#parts.board.message = `published ${TEST_EVENT.event_type}`
    })
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    const { board } = this.#parts
    try {
      await work()
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      board.message = error.message
    }
    board.tell()
  }
}
