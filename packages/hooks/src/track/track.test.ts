import { AsyncLocalStorage } from 'node:async_hooks'
import type { EventOptions } from '@hubline/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { correlate, currentCorrelationId } from '../correlation.ts'
import type { EventSink } from './options.ts'
import { track } from './track.ts'

/** Remembers what it is told. */
class Sink implements EventSink {
  readonly said: { type: string; payload: Record<string, unknown>; options: EventOptions }[] = []

  event(type: string, payload: object, options: EventOptions = {}): boolean {
    this.said.push({ type, payload: structuredClone(payload) as Record<string, unknown>, options })
    return true
  }

  get types(): string[] {
    return this.said.map(({ type }) => type)
  }

  payload(at: number): Record<string, unknown> {
    return this.said.at(at)!.payload
  }
}

const DURATION = expect.any(Number) as number

describe('a function', () => {
  test('that returns has begun and succeeded, and answers as before', () => {
    const hook = new Sink()
    const add = track('addition', { hook }, function add(a: number, b: number) {
      return a + b
    })
    expect(add(1, 2)).toBe(3)
    expect(hook.said).toMatchObject([
      { type: 'addition_starting', payload: { function: 'add' }, options: { severity: 'info' } },
      { type: 'addition_success', payload: { function: 'add', duration_ms: DURATION } },
    ])
    expect(hook.payload(0)).not.toHaveProperty('args')
    expect(hook.payload(1)).not.toHaveProperty('result')
    expect([add.name, add.length]).toEqual(['add', 2])
  })

  test('that throws has failed, with the very error', () => {
    const hook = new Sink()
    const error = new RangeError('too far')
    const fail = track('walk', { hook }, () => {
      throw error
    })
    expect(fail).toThrow(error)
    expect(hook.types).toEqual(['walk_starting', 'walk_failed'])
    expect(hook.said[1]).toMatchObject({
      payload: { error_type: 'RangeError', error_message: 'too far', duration_ms: DURATION },
      options: { severity: 'error' },
    })
  })

  test('may throw what is no error at all', () => {
    const hook = new Sink()
    const odd = Object.create(null) as object
    const fail = track('walk', { hook }, () => {
      throw odd
    })
    expect(fail).toThrow()
    expect(hook.payload(1)).toMatchObject({ error_type: 'unknown' })
  })

  test('that is async has ended when its promise is settled', async () => {
    const hook = new Sink()
    const gate = Promise.withResolvers<string>()
    const wait = track('wait', { hook, includeResult: true }, async () => gate.promise)
    const result = wait()
    expect(hook.types).toEqual(['wait_starting'])
    gate.resolve('there')
    expect(await result).toBe('there')
    expect(hook.payload(1)).toMatchObject({ result: 'there' })

    const fail = track('wait', { hook }, async () => Promise.reject(new TypeError('no')))
    await expect(fail()).rejects.toThrow('no')
    expect(hook.types.at(-1)).toBe('wait_failed')
  })

  test('keeps this, the arguments and the class of its promise', async () => {
    class Own<T> extends Promise<T> {}
    const hook = new Sink()
    const counter = {
      count: 40,
      add: track('add', { hook }, function (this: { count: number }, ...more: number[]) {
        return Own.resolve(this.count + more.length)
      }),
    }
    const promise = counter.add(1, 1)
    expect(promise).toBeInstanceOf(Own)
    expect(await promise).toBe(42)
  })

  test('that returns what begins when it is awaited does not have it begun', () => {
    let begun = 0
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- as builders of queries have it
      then() {
        begun++
      },
    }
    const hook = new Sink()
    expect(track('query', { hook }, () => query)()).toBe(query)
    expect(begun).toBe(0)
    expect(hook.types.at(-1)).toBe('query_success')
  })
})

describe('a generator', () => {
  function* count(to: number): Generator<number, string, string | undefined> {
    for (let at = 1; at <= to; at++) yield at
    return 'done'
  }

  test('has succeeded when it is done, with what it yielded and returned', () => {
    const hook = new Sink()
    const counted = track('count', { hook, includeResult: true }, count)(3)
    expect(hook.types).toEqual(['count_starting'])
    expect([...counted]).toEqual([1, 2, 3])
    expect(hook.payload(1)).toMatchObject({ items: 3, result: 'done' })
  })

  test('that is left early has succeeded with what was read, once', () => {
    const hook = new Sink()
    for (const item of track('count', { hook }, count)(3)) if (item === 2) break
    expect(hook.types).toEqual(['count_starting', 'count_success'])
    expect(hook.payload(1)).toMatchObject({ items: 2 })
  })

  test('that throws has failed', () => {
    const hook = new Sink()
    const broken = track('count', { hook }, function* () {
      yield 1
      throw new Error('broken')
    })
    expect(() => [...broken()]).toThrow('broken')
    expect(hook.payload(1)).toMatchObject({ items: 1, error_message: 'broken' })
  })

  test('is driven as any other: by next, throw and the helpers', () => {
    const hook = new Sink()
    const echo = track('echo', { hook }, function* (): Generator<string, void, string> {
      let heard = ''
      for (;;) {
        try {
          heard = yield heard
        } catch (error) {
          heard = String(error)
        }
      }
    })()
    echo.next('')
    expect(echo.next('a').value).toBe('a')
    expect(echo.throw('b').value).toBe('b')
    expect(echo.return().done).toBe(true)
    expect(hook.types).toEqual(['echo_starting', 'echo_success'])
    const mapped = Iterator.from(track('count', { hook }, count)(2)).map((item) => item * 2)
    expect([...mapped]).toEqual([2, 4])
  })

  test('may be async', async () => {
    const hook = new Sink()
    const stream = track('stream', { hook }, async function* () {
      yield 1
      yield 2
      throw new Error('cut')
    })
    const seen: number[] = []
    await expect(async () => {
      for await (const item of stream()) seen.push(item)
    }).rejects.toThrow('cut')
    expect(seen).toEqual([1, 2])
    expect(hook.types).toEqual(['stream_starting', 'stream_failed'])
    expect(hook.payload(1)).toMatchObject({ items: 2 })
  })
})

describe('arguments and results', () => {
  const secret = { password: 'hunter2', user: 7 }

  test('are told where that is wanted, as they were at the begin, without secrets', () => {
    const hook = new Sink()
    const login = track(
      'login',
      { hook, includeArgs: true, includeResult: true },
      (who: { user: number }) => {
        who.user = 8
        return { token: 'x', ok: true }
      },
    )
    login({ ...secret })
    expect(hook.payload(0)).toMatchObject({ args: [{ password: '[redacted]', user: 7 }] })
    expect(hook.payload(1)).toMatchObject({ result: { token: '[redacted]', ok: true } })
  })

  test('are left out where they are too large', () => {
    const hook = new Sink()
    const options = { hook, includeArgs: true, includeResult: true }
    track('load', options, (rows: string[]) => rows)(Array.from({ length: 200 }, () => 'x'.repeat(1000)))
    expect(hook.payload(0)).toMatchObject({ args: '[too large]' })
    expect(hook.payload(1)).toMatchObject({ result: '[too large]' })
  })

  test('may be such as cannot be written', () => {
    const hook = new Sink()
    const loop: { self?: object; big: bigint } = { big: 1n }
    loop.self = loop
    track('loop', { hook, includeArgs: true }, (...all: unknown[]) => all.length)(loop, () => {}, undefined)
    expect(hook.payload(0)).toMatchObject({ args: [{ big: '1', self: '[circular]' }, null, null] })
  })
})

describe('correlation', () => {
  test('is one id for all that a run says, another for the next', async () => {
    const hook = new Sink()
    const inner = track('inner', { hook }, async () => currentCorrelationId())
    const outer = track('outer', { hook }, async () => inner())
    const id = await outer()
    expect(hook.said.map(({ options }) => options.correlationId)).toEqual([id, id, id, id])
    expect(await outer()).not.toBe(id)
  })

  test('is that of what runs around it', () => {
    const hook = new Sink()
    correlate(
      'around',
      track('a', { hook }, () => {}),
    )
    expect(hook.said.map(({ options }) => options.correlationId)).toEqual(['around', 'around'])
  })

  test('is with each part of a generator, whoever asks for it, and leaves the context of others alone', () => {
    const hook = new Sink()
    const others = new AsyncLocalStorage<number>()
    const seen: unknown[] = []
    const parts = track('parts', { hook }, function* () {
      for (;;) yield seen.push([currentCorrelationId(), others.getStore()])
    })()
    others.run(1, () => parts.next())
    others.run(2, () => correlate('reader', () => parts.next()))
    const id = hook.said[0]!.options.correlationId
    expect(seen).toEqual([
      [id, 1],
      [id, 2],
    ])
  })
})

test.each([
  [
    'throws',
    (): never => {
      throw new Error('sink')
    },
  ],
  ['rejects', (): Promise<never> => Promise.reject(new Error('sink'))],
])('a sink that %s is not felt', (_, event) => {
  expect(track('a', { hook: { event } }, () => 7)()).toBe(7)
})

test('the type of a function is what it was', () => {
  const generic = <T extends string>(value: T, ...more: number[]): T[] => [value, ...more.map(() => value)]
  const same: typeof generic = track('a', {}, generic)
  expectTypeOf(same('x', 1)).toEqualTypeOf<'x'[]>()
  expectTypeOf(track('a', {}, async (n: number) => n)).toEqualTypeOf<(n: number) => Promise<number>>()
  // @ts-expect-error a function is wanted
  expect(() => track('a', {}, 7)).toThrow("track('a') got number, wants a function")
})
