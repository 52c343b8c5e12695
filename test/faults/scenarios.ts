/**
 * Every scenario and every defect of the fault suites, as the table names it. The key is the suite's file and a name in it;
 * by that the documents say where its figures belong.
 */
export const SCENARIOS = {
  'client-app-kill/found-on-disk': 'kill -9 of an app: found on disk',
  'client-away/spool': 'collector away, 1,000 events/s, a spool',
  'client-away/memory': 'collector away, 1,000 events/s, memory alone',
  'client-away/refusing': '503 to 70 %',
  'client-clock/jumps': 'clock jumps of a year',
  'client-damage/segments': 'damaged segments',
  'client-disk-full/others': 'disk full of others',
  'client-disk-full/spool': 'disk full of its own spool',
  'client-kill/spooling': 'kill -9 with a spool',
  'client-kill/watched': 'kill -9 with a spool, watched by strace',
  'client-kill/forgets-pointer': 'a spool that skips the fsync of its pointer',
  'client-kill/forgets-folder': 'a spool that skips the fsync of its folder',
  'client-kill/forgets-segment': 'a spool that skips the fsync of its segment',
  'client-many/outage': 'an outage for 50 clients',
  'client-many/no-jitter': 'a backoff without jitter',
  'client-many/retry-after': 'Retry-After for 50 clients',
  'client-many/exact-retry-after': 'Retry-After without a share of chance',
  'client-network/resetting': 'a network that is resetting',
  'client-network/slow': 'a network that is slow',
  'client-network/half-open': 'a network that is half-open',
  'client-network/changing': 'a network that is changing',
  'client-network/close-deaf': 'close() while the receiver is deaf',
  'client-network/close-mute': 'close() while the receiver is mute',
  'collector-clock/jumps': 'clock jumps of a year',
  'collector-disk-full/refusing': 'disk full',
  'collector-disk-full/killed': 'kill -9 on a full disk',
  'collector-kill/load': 'kill -9 under load',
  'collector-kill/early': 'a collector that acknowledges before it commits',
  'collector-restart/sigterm': 'SIGTERM under load',
  'collector-restart/replayed': '30 % replayed across restarts',
  'dialects/hub': 'in the words of the original hub',
  'dialects/mesh': 'in the words of the original mesh',
  'dialects/ecosystem': 'in the words of the original ecosystem',
} as const satisfies Record<`${string}/${string}`, string>

export type Scenario = keyof typeof SCENARIOS
