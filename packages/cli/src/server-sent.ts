/** One message of a stream of server-sent events; without data it only says how far the stream has come. */
export interface Message {
  id: string | undefined
  data: string | undefined
}

/** The messages of the lines of a stream. One that is cut off is left out, as it will come again. */
export async function* messages(lines: AsyncIterable<string>): AsyncGenerator<Message> {
  let message: Message = { id: undefined, data: undefined }
  for await (const line of lines) {
    if (line === '') {
      if (message.id !== undefined || message.data !== undefined) yield message
      message = { id: undefined, data: undefined }
    } else if (line.startsWith('id: ')) message.id = line.slice(4)
    else if (line.startsWith('data: ')) message.data = (message.data ?? '') + line.slice(6)
  }
}
