import './styles/tokens.css'
import './styles/base.css'
import './styles/panel.css'
import { render } from 'preact'
import { App } from './app/app.tsx'
import { listenToKeys } from './app/keys.ts'
import { keepTimesTrue } from './format/now.ts'

listenToKeys()
keepTimesTrue()
const place = document.getElementById('app')!
place.replaceChildren()
render(<App />, place)
