import type { Logger } from 'pino'
import type { Reach } from '../../outbound/addresses.ts'
import type { MeshChecks, MeshService } from '../../store/mesh.ts'
import type { Store } from '../../store/store.ts'
import { checkHealth } from './check-health.ts'
import { NO_CHECKS, withCheck } from './checks.ts'

/** Services that can be watched. */
export const MAX_SERVICES = 1000
const MAX_AT_ONCE = 50
const BUSY_MS = 100
/** Counters are written together, this long after the first that changed. */
const SAVE_AFTER_MS = 1000
/** After a start not all are called in the same moment. */
const SPREAD_MS = 2000

export interface WatchOptions {
  store: () => Store
  /** Milliseconds since the epoch. */
  clock: () => number
  /** Where health checks may go. */
  reach: Reach
  log: Logger
}

export type Registration = Omit<MeshService, 'registeredAt' | 'checks'>

/** The services that asked to be watched: calls the health address of each at its interval, and keeps what came of it. */
export class MeshWatch {
  readonly #services = new Map<string, MeshService>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #changed = new Set<string>()
  readonly #stop = new AbortController()
  readonly #checking = new Set<Promise<void>>()
  readonly #options: WatchOptions
  #saving: NodeJS.Timeout | undefined
  #failed = false

  constructor(options: WatchOptions) {
    this.#options = options
  }

  /** Takes up what was watched before. */
  open(): void {
    for (const service of this.#options.store().meshServices()) {
      this.#services.set(service.id, service)
      this.#schedule(service, Math.random() * Math.min(SPREAD_MS, service.intervalS * 1000))
    }
  }

  get(id: string): MeshService | undefined {
    return this.#services.get(id)
  }

  /** By id. */
  list(): MeshService[] {
    return [...this.#services.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  get isFull(): boolean {
    return this.#services.size >= MAX_SERVICES
  }

  /** Registers a service, or changes how one is watched: its counters stay. Resolves when that is kept. */
  async register(registration: Registration): Promise<void> {
    const known = this.#services.get(registration.id)
    const service: MeshService = {
      ...registration,
      registeredAt: known?.registeredAt ?? this.#options.clock(),
      checks: known?.checks ?? NO_CHECKS,
    }
    await this.#options.store().changeMesh({ saved: [service], removed: [] })
    const checks = this.#services.get(service.id)?.checks ?? service.checks
    this.#services.set(service.id, { ...service, checks })
    this.#schedule(service, 0)
  }

  /** Watches a service no longer, and forgets what came of it. */
  async remove(id: string): Promise<void> {
    await this.#options.store().changeMesh({ saved: [], removed: [id] })
    this.#services.delete(id)
    this.#changed.delete(id)
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
  }

  /** Ends all calls and writes what they came to. */
  async close(): Promise<void> {
    this.#stop.abort()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    await Promise.all(this.#checking)
    clearTimeout(this.#saving)
    await this.#save()
  }

  #schedule({ id, healthUrl }: MeshService, delayMs: number): void {
    clearTimeout(this.#timers.get(id))
    if (healthUrl === null || this.#stop.signal.aborted) return
    const timer = setTimeout(() => {
      const checking = this.#check(id).finally(() => this.#checking.delete(checking))
      this.#checking.add(checking)
    }, delayMs)
    this.#timers.set(id, timer.unref())
  }

  async #check(id: string): Promise<void> {
    const service = this.#services.get(id)
    if (!service) return
    if (this.#checking.size > MAX_AT_ONCE) return this.#schedule(service, BUSY_MS)
    const { reach, clock } = this.#options
    const { signal } = this.#stop
    const started = performance.now()
    const result = await checkHealth(service, { reach, signal })
    // It may have been given up, or another address, in the meantime.
    const now = this.#services.get(id)
    if (!now || now.healthUrl !== service.healthUrl || signal.aborted) return
    this.#count(id, withCheck(now, { at: clock(), ...result }).checks)
    this.#schedule(now, now.intervalS * 1000 - (performance.now() - started))
  }

  #count(id: string, checks: MeshChecks): void {
    this.#services.set(id, { ...this.#services.get(id)!, checks })
    this.#changed.add(id)
    this.#saving ??= setTimeout(() => void this.#save(), SAVE_AFTER_MS).unref()
  }

  /** What cannot be written now goes with the next that changes. */
  async #save(): Promise<void> {
    this.#saving = undefined
    const ids = [...this.#changed]
    if (ids.length === 0) return
    this.#changed.clear()
    const saved = ids.flatMap((id) => this.#services.get(id) ?? [])
    try {
      await this.#options.store().changeMesh({ saved, removed: [] })
      this.#failed = false
    } catch (error) {
      for (const id of ids) this.#changed.add(id)
      if (!this.#failed)
        this.#options.log.warn({ err: error }, 'counters of watched services were not written')
      this.#failed = true
    }
  }
}
