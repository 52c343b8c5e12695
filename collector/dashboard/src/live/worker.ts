import { LiveHub } from './hub.ts'

const hub = new LiveHub()
addEventListener('connect', (event) => hub.connect((event as MessageEvent).ports[0]!))
