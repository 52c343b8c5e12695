// A service that restarts, under `node --watch`, when the module that its first argument names changes.
import { hubline } from '@hubline/express'
import express from 'express'

await import(process.argv[2])
const app = express()
app.use(hubline())
app.get('/users/:id', (req, res) => res.json({ id: req.params.id }))
app.listen(0, '127.0.0.1')
