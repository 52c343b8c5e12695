export { EventBus, MessagePriority } from './bus/event-bus.ts'
export type { EventBusOptions } from './bus/event-bus.ts'
export type {
  BusErrorOptions,
  BusLifecycleState,
  BusMetricOptions,
  LifecycleDetails,
  PublishOptions,
} from './bus/messages.ts'
export type { RegisterOptions } from './bus/registration.ts'
export { correlate, correlationHeaders, currentCorrelationId } from './correlation.ts'
export { createHooks } from './hooks/create-hooks.ts'
export type { Hooks, SystemHooks } from './hooks/create-hooks.ts'
export { EventHookFactory } from './hooks/factory.ts'
export type { HookOptions, HookSet, RetryOptions } from './hooks/hooks.ts'
export { hubEvents } from './hooks/hub-events.ts'
export type { HubEvents } from './hooks/hub-events.ts'
export { emitMultipleEvents, getAllHookMetrics } from './hooks/many.ts'
export type { EventToEmit } from './hooks/many.ts'
export { getHubReporter, HubReporter } from './reporter/hub-reporter.ts'
export type { MetricOptions, ReporterOptions } from './reporter/hub-reporter.ts'
export { SYSTEMS } from './systems/systems.ts'
export type { SystemName } from './systems/systems.ts'
export { Track } from './track/decorator.ts'
export type { TrackDecorator } from './track/decorator.ts'
export type { EventSink, TrackOptions } from './track/options.ts'
export { track } from './track/track.ts'
export type { Trackable } from './track/track.ts'
export { vocabularySchema } from './vocabulary/json-schema.ts'
export { describeVocabulary } from './vocabulary/markdown.ts'
export { defineVocabulary } from './vocabulary/vocabulary.ts'
export type {
  DefinedVocabulary,
  EventData,
  EventDefinition,
  EventName,
  EventsOf,
  Vocabulary,
} from './vocabulary/vocabulary.ts'
