import { currentExchange } from '../context/store.ts'
import { shared } from './shared.ts'

/** Watches what nobody caught; adds nothing that would change how the process takes it. */
export function watchCrashes(): void {
  // Unlike an uncaughtException listener, the monitor leaves the process to its fate.
  process.on('uncaughtExceptionMonitor', onUncaught)
  const mode = rejectionMode()
  // The monitor hears of each.
  if (mode === 'strict') return
  if (mode === 'warn' || mode === 'none') return void process.on('unhandledRejection', onRejection)
  process.on('newListener', onNewListener)
  process.on('removeListener', onRemoveListener)
  if (process.listenerCount('unhandledRejection') > 0) process.on('unhandledRejection', onRejection)
}

/** What --unhandled-rejections says; by `warn` and `none` a listener changes nothing, else it keeps the process alive. */
function rejectionMode(): string | undefined {
  const flags = [...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/), ...process.execArgv]
  let mode: string | undefined
  for (const [at, flag] of flags.entries()) {
    if (flag === '--unhandled-rejections') mode = flags[at + 1]
    else if (flag.startsWith('--unhandled-rejections=')) mode = flag.slice('--unhandled-rejections='.length)
  }
  return mode
}

function onUncaught(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void {
  const survives =
    process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
  report(error, origin, survives)
}

function onRejection(reason: unknown): void {
  report(reason, 'unhandledRejection', true)
}

function report(error: unknown, origin: string, survives: boolean): void {
  const exchange = currentExchange()
  for (const hub of shared().hubs.values()) {
    if (!hub.running || (exchange && exchange.hub !== hub && survives)) continue
    hub.uncaught(error, origin, survives)
  }
}

/**
 * A listener for unhandledRejection keeps the process alive, so ours may be there only while the app has one too.
 */
function onNewListener(event: string | symbol, listener: unknown): void {
  if (event !== 'unhandledRejection' || listener === onRejection) return
  if (!process.listeners('unhandledRejection').includes(onRejection))
    process.on('unhandledRejection', onRejection)
}

function onRemoveListener(event: string | symbol, listener: unknown): void {
  if (event !== 'unhandledRejection' || listener === onRejection) return
  const left = process.listeners('unhandledRejection')
  if (left.every((other) => other === onRejection)) process.removeListener('unhandledRejection', onRejection)
}
