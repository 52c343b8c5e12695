/** What asks for a web socket, with a key that is always the same. */
export const HANDSHAKE: Record<string, string> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** A masked text frame of fewer than 126 bytes. */
export function textFrame(text: string): Buffer {
  const data = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | data.length, 0, 0, 0, 0]), data])
}

/** A client's masked close, without a status. */
export const CLOSE_FRAME: Buffer = Buffer.from([0x88, 0x80, 0, 0, 0, 0])
