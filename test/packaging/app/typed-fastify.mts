import { fastify } from 'fastify'
import hublineByDefault, { getHub, hubline, type Hub, type HubOptions } from '@hubline/fastify'

const options: HubOptions = { source: 'shop' }

export const app = fastify()
app.register(hubline)
app.register(hubline, { source: 'shop', slowMs: 500 })
app.register(hublineByDefault, options)
app.get('/users/:id', async (request) => {
  const hub: Hub = request.hub
  const sent: boolean = app.hub.interaction('profile_read', {})
  // @ts-expect-error -- an action is text, so `hub` is typed and not any
  request.hub.interaction(7)
  return { sent, same: hub === getHub() }
})

// @ts-expect-error -- no such option
app.register(hubline, { sauce: 'shop' })
