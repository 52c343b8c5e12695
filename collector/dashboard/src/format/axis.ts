/** Round times on an axis from 0 to `length`, at most `most` of them. */
export function ticks(length: number, most: number): number[] {
  if (!(length > 0)) return [0]
  const rough = length / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power
  return Array.from({ length: Math.floor(length / step + 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  )
}

/** A time's place on an axis as a share of its length, kept within it. */
export function share(time: number, length: number): number {
  return length > 0 ? Math.min(1, Math.max(0, time / length)) : 0
}
