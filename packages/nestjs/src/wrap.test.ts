import { expect, test } from 'vitest'
import { wrapMethod } from './wrap.ts'

class Greeter {
  greet(name: string): string {
    return `hello ${name}`
  }
}

test('hears of a call once, however often it is asked for, until the last has let go', () => {
  const { greet } = Greeter.prototype
  const heard: unknown[] = []
  const hear = { before: (self: object, ...args: unknown[]): void => void heard.push(self, ...args) }
  const releases = [
    wrapMethod(Greeter.prototype, 'greet', hear),
    wrapMethod(Greeter.prototype, 'greet', hear),
  ]
  const greeter = new Greeter()
  expect(greeter.greet('Ada')).toBe('hello Ada')
  expect(heard).toEqual([greeter, 'Ada'])
  releases[0]!()
  releases[0]!()
  expect(Greeter.prototype.greet).not.toBe(greet)
  releases[1]!()
  expect(Greeter.prototype.greet).toBe(greet)
})

test('does not let what goes wrong on our side through', () => {
  const fail = (): never => {
    throw new Error('ours')
  }
  const release = wrapMethod(Greeter.prototype, 'greet', { before: fail, after: fail })
  expect(new Greeter().greet('Ada')).toBe('hello Ada')
  release()
})

test('leaves alone what someone else has put over it', () => {
  const { greet } = Greeter.prototype
  const release = wrapMethod(Greeter.prototype, 'greet', {})
  const ours = Greeter.prototype.greet
  const theirs = (name: string): string => ours.call(new Greeter(), name).toUpperCase()
  Greeter.prototype.greet = theirs
  release()
  expect(Greeter.prototype.greet).toBe(theirs)
  expect(new Greeter().greet('Ada')).toBe('HELLO ADA')
  Greeter.prototype.greet = greet
})
