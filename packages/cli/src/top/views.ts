import type { View } from './view.ts'
import { busView } from './views/bus.ts'
import { errorsView } from './views/errors.ts'
import { feedView } from './views/feed.ts'
import { servicesView } from './views/services.ts'
import { tracesView } from './views/traces.ts'

/** In the order of the keys that lead there, from 1. */
export const VIEWS: readonly View[] = [servicesView, feedView, errorsView, tracesView, busView]
