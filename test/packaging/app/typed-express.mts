import express from 'express'
import hublineByDefault, { getHub, hubline, type Hub, type HubOptions } from '@hubline/express'

const options: HubOptions = { source: 'shop' }

export const app = express()
app.use(hubline())
app.use(hubline(options))
app.use(hublineByDefault(options))
app.get('/users/:id', (req, res) => {
  const hub: Hub = req.hub
  const sent: boolean = req.hub.interaction('profile_read', { user_id: req.params.id })
  // @ts-expect-error -- an action is text, so `hub` is typed and not any
  req.hub.interaction(7)
  res.json({ sent, same: hub === getHub() })
})

// @ts-expect-error -- no such option
app.use(hubline({ sauce: 'shop' }))
