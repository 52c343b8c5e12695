import { expect, test } from 'vitest'
import { hideSecrets } from './hide.ts'
import { SecretKeys } from './keys.ts'
import type { Text } from './text.ts'

/** A text that counts the characters that are read of it. */
class CountedText implements Text {
  reads = 0
  readonly length: number
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    this.length = text.length
  }

  charCodeAt(at: number): number {
    this.reads++
    return this.#text.charCodeAt(at)
  }

  slice(from: number, to: number): string {
    this.reads += to - from
    return this.#text.slice(from, to)
  }
}

const keys = new SecretKeys([])
const LENGTH = 1024
/** How often a character may be looked at; a way that grows with the length would take a hundred and more. */
const MOST_READS = 40

const FRAGMENTS = [
  '\n',
  ...`a|a-|=|:| |"|'|\\|{|)|.|@|/|<|>|%3D|1|1 |411-|--|=a.a`.split('|'),
  ...'token|token=|token:|token="|token=[|token=yes |"token":"|api key: |<token>|--token '.split('|'),
  ...'eyJ|eyJhbGciOi|eyJhbGciOi.|http://|a://u:p|a://u:p@|b://1:2/'.split('|'),
  ...'Bearer |bearer realm=|Basic a|Authorization: |Cookie: a|passphrase: '.split('|'),
  ...'-----BEGIN |-BEGIN PRIVATE KEY-|-END |4111111111111111|4111 1111 1111 1112 '.split('|'),
]

const readsOf = (text: string): number => {
  const counted = new CountedText(text)
  hideSecrets(counted, keys)
  return counted.reads / text.length
}

test('no text, whatever it is made of, is looked at more often the longer it is', () => {
  let most = { reads: 0, text: '' }
  const look = (text: string): void => {
    const reads = readsOf(text)
    if (reads > most.reads) most = { reads, text: text.slice(0, 100) }
  }
  const fill = (text: string): string => text.repeat(Math.ceil(LENGTH / text.length))
  for (const one of FRAGMENTS) {
    look(fill(one))
    for (const other of FRAGMENTS) {
      look(one + fill(other))
      look(fill(one + other))
    }
  }
  expect(most.reads, JSON.stringify(most.text)).toBeLessThan(MOST_READS)
})

test('a key is compared without a pattern that could go back', () => {
  const known = ['key'.repeat(5000), 'tokens'.repeat(3000), `${'a-'.repeat(8000)}otp`, 'otp'.repeat(5000)]
  expect(known.map((key) => keys.judgeOnce(key))).toEqual(['plain', 'unless-number', 'secret', 'secret'])
})
