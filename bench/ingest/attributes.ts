/** Attributes as OTLP has them. */
export const text = (key: string, value: string) => ({
  key,
  value: { value: { case: 'stringValue' as const, value } },
})

export const number = (key: string, value: number) => ({
  key,
  value: { value: { case: 'intValue' as const, value: BigInt(value) } },
})
