const COUNT = new Intl.NumberFormat('en')
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const VALUE = new Intl.NumberFormat('en', { maximumFractionDigits: 3 })

/** `9,204`, then `12.4K`. */
export function count(value: number): string {
  return value < 10_000 ? COUNT.format(value) : SHORT.format(value)
}

/** `1 span`, `2 spans`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** A measured value with the digits that matter. */
export function value(number: number): string {
  return VALUE.format(number)
}

/** `0.42 ms`, `12.5 ms`, `340 ms`, `1.24 s`, `2 min 5 s`, `3 h 12 min`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  if (ms < 0) return `−${duration(-ms)}`
  if (ms === 0) return '0 ms'
  if (ms < 0.9995) return `${Number(ms.toPrecision(2))} ms`
  if (ms < 99.95) return `${Number(ms.toFixed(ms < 9.995 ? 2 : 1))} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_995) return `${Number((ms / 1000).toFixed(2))} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** `0.4/s`, `12/s`, `1.2K/s`. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0/s'
  if (perSecond < 0.01) return '<0.01/s'
  return `${perSecond < 10 ? Number(perSecond.toPrecision(2)) : count(Math.round(perSecond))}/s`
}

/** A share from 0 to 1 as `0%`, `0.3%`, `12%`, `99.98%`; never rounded up to all or down to nothing. */
export function percent(share: number): string {
  const hundred = share * 100
  if (share <= 0 || share >= 1) return `${Math.round(hundred)}%`
  if (hundred < 0.01) return '<0.01%'
  if (hundred > 99.99) return '>99.99%'
  const digits = hundred < 1 || hundred > 99 ? 2 : hundred < 10 ? 1 : 0
  return `${Number(hundred.toFixed(digits))}%`
}

/** `84.2 MB`, in powers of 1000. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [amount, unit] = [size, 0]
  while (amount >= 999.5 && unit < units.length - 1) [amount, unit] = [amount / 1000, unit + 1]
  return `${amount < 9.95 && unit > 0 ? amount.toFixed(1) : Math.round(amount)} ${units[unit]}`
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
