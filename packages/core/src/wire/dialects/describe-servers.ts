/** The part of docs/dialects.md on what our collector answers to those who read in the words of the original servers. */
export const SERVERS = `## Reading in their words

What came in by any door is read by each of these, too, with the same payload, times and type: \`event_type\` is the type that an event
is stored with, whoever sent it. Bound tokens read their own source alone, by these addresses as by others; what spans all sources
needs a token for \`*\`. \`HUBLINE_EXTRA_PORTS=8000,8002\` lets the collector listen where the originals did, with the same doors.

### The event hooks

| call | answer |
|---|---|
| \`GET /events\` | \`{events, count, query}\`, newest first, and \`has_more\`, \`complete\`, \`next_cursor\` |
| \`GET /events/{id}\` | one event, by the \`event_id\` of these answers or by our id |
| \`GET /events/correlation/{id}\` | \`{correlation_id, events, count}\`, oldest first |
| \`GET /events/stats\` | \`{total_events, by_source_system, by_event_type, by_severity, time_range}\` of what is kept now, and \`complete\` |
| \`WS /events/stream\` | each event that is stored from then on, as one JSON text |
| \`GET /health\` | \`{status, collector, storage}\`; \`status\` is \`degraded\` while nothing can be stored. The path of the data is shown only while there are no tokens, counts then and to those who may read everything, else null |

- \`source_system\`, \`event_type\`, \`severity\`, \`start_time\`, \`end_time\` (both inclusive), \`correlation_id\` and \`tags\` (commas between, or several) must
  all hold. \`limit\` is 100 where it is not given and 1000 at most, \`offset\` at most 100,000; \`sort_by\` is \`timestamp\`, \`received_at\`, \`severity\`,
  \`source_system\` or \`event_type\`, \`sort_order\` \`desc\` or \`asc\`. What cannot be is a 400 that names the parameter.
- An event that names no severity is \`info\`; an ErrorReported is what its payload says. Fields that the hooks do not have, such as \`trace_id\`,
  \`instance\` or \`priority\`, are beside theirs. A page of very large events ends at 8 MiB.
- Answers count or search for three seconds. Where that was not enough \`complete\` is false, and they are of the parts that come first, mostly the
  newest: a range of time or a system helps. Events of sealed parts are counted ahead in quiet moments, so that \`stats\` need not.
- Pages go on by \`offset\`, or better by \`cursor\`, the \`next_cursor\` of the page before, until that is null: they show what there was at the first
  page, each event once, whatever comes in. It goes on where a search ended early, too: what was not looked at comes after, sorted for itself.
- The stream takes \`source_system\`, \`event_type\` and \`severity\`, which here is the least. A client that is slow makes events wait in the
  store, not in memory; one that takes nothing for half a minute is cut off. It ends with 1001 when the collector stops or the
  token is revoked. Pages of other origins are refused.
- \`HUBLINE_RATE="1000/s burst 2000"\` is the originals' bound for each source; it is off where it is not set. What is beyond is a 429 with \`Retry-After\`.

### The event bus

| call | answer |
|---|---|
| \`GET /api/v1/messagebus/status\` | \`{connected, host, port, exchanges, queues, active_consumers}\` |
| \`GET /api/v1/messagebus/exchanges\` | \`{exchanges: [{name, type}]}\`: those that the bus always has, and every other that was published to |
| \`GET /api/v1/messagebus/queues\` | \`{queues: [{name, messages, sent}]}\`: one for each reader of live events, with what waits for it |

\`connected\` is proved by a write: false while the disk takes nothing, and publishing then is a 503. An event without an exchange goes to
\`ose.events\`. \`<service>.started\`, \`.ready\`, \`.stopping\`, \`.stopped\` and \`.error\`, whose payload has the same word as its \`event\`, tell of the
service's life as LifecycleChanged does. \`<service>.error\` with an \`error_type\` tells of an [error](collector.md#errors) as ErrorReported does; its
severity is \`error\`.

### Heartbeats

| call | answer |
|---|---|
| \`POST /api/v1/heartbeat/register\`, by the address or in JSON | \`{message}\` |
| \`GET /api/v1/heartbeat/status\` | every service by id |
| \`GET /api/v1/heartbeat/status/{id}\` | one of them, 404 for one that nobody knows |
| \`DELETE /api/v1/heartbeat/status/{id}\` | \`{message}\`; ends the registration. Needs the scope \`admin\` |
| \`GET /api/v1/heartbeat/summary\` | \`{total_services, healthy, degraded, critical, dead, unknown, overall_health_percentage}\` |

Everybody is there who registered, and everybody who reports without having done so; who registers under the name that it reports by is one
service. \`register\` takes \`service_id\`, \`service_name\` (the id where it is not given), \`interval_seconds\` (10), \`timeout_seconds\` (30),
\`max_failures\` (3) and \`health_url\`. Registering again changes these and keeps what was counted; both outlive the collector.

With a \`health_url\` the collector calls it every interval, for 10 seconds at most: 200 is a success, all else a failure, redirects too. They
are not followed, and no more than 16 KiB of an answer are read.

| state | with \`health_url\` | without | not registered |
|---|---|---|---|
| healthy | the last check succeeded | heard of within 1.5 intervals | up |
| degraded | 1 failure or more in a row | 1 interval or more without a sign | late |
| critical | \`max_failures\` or more in a row | \`max_failures\` intervals or more | – |
| dead | no answer and no event for \`timeout_seconds\`, or it said goodbye | the same | silent, stopped, crashed |
| unknown | nothing yet | nothing yet | unknown |

So a service that answers with errors is critical, and one that does not answer at all is dead. \`uptime_percentage\` is the share of checks
that succeeded, of a service that is not called the share of the last 24 hours in which it was up; latencies are 0 until a check succeeds.

**Where it calls.** This machine makes those calls, so \`health_url\` needs the scope \`admin\`; while there are no tokens, whoever is on this machine may
set it. Private networks and this machine itself are called only with \`HUBLINE_PULL_PRIVATE=allow\`, link-local and reserved addresses never. The
address is checked as the connection is made, after DNS, so a name that leads elsewhere the next time does not help.

### Dependencies

| call | answer |
|---|---|
| \`GET /api/v1/dependencies/graph\` | \`{total_services, total_dependencies, hub_services, isolated_services, circular_dependencies, critical_path, clusters, average_dependencies}\` |
| \`GET /api/v1/dependencies/visualize/mermaid\` | \`{mermaid}\`, with databases, queues and other peers |
| \`GET /heartbeat-dashboard\`, \`/dependencies\` | lead to the page |

They are made of the calls that spans of the last day show, or those between \`since\` and \`until\`. A hub has at least three neighbours and twice
as many as the average; of services that depend on each other in a circle one circle is shown; the critical path is the longest chain,
of equally long ones the busiest; a cluster has nothing to do with another one.
`
