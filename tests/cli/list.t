# Every strategy with its promises, contenders and parameters; every scenario with its question.
$ dibs list
Strategies, in the order of tables and charts

scan: every instance scans all keys and works on all of them
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}
  items: marks
  contenders:
    harbor-2.14             goharbor/harbor v2.14, as released
  parameters (--set CONTENDER.NAME=VALUE):
    count = 1000 (1 to 1000000)
        COUNT of each SCAN (as published)
    shuffle = yes (yes or no)
        work on the keys in random order (as published)

lock: scan inside a lock that is asked for, then taken
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}
  items: marks
  contenders:
    harbor-22572            goharbor/harbor pull request 22572, closed
  parameters (--set CONTENDER.NAME=VALUE):
    count = 1000 (1 to 1000000)
        COUNT of each SCAN (as published)
    shuffle = yes (yes or no)
        work on the keys in random order (as published)
    acquire = exists-then-set (exists-then-set, set-nx)
        how the lock is taken (as published)
    release = delete (delete, compare-delete)
        how the lock is given back (as published)
    ttl = 0s (0s to 24h)
        time to live of the lock; 0: one cycle (as published)

safe-lock: scan inside a lock with owners, renewal and fencing
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no overlap without faults; owner-checked acknowledge
  items: marks
  contenders:
    lock-safe               ours, after the Redis documentation on distributed locks
    lock-unfenced           the same, where the database knows no fencing (fencing=no)
  parameters (--set CONTENDER.NAME=VALUE):
    count = 1000 (1 to 1000000)
        COUNT of each SCAN (as published)
    shuffle = yes (yes or no)
        work on the keys in random order (as published)
    fencing = yes (yes or no)
        the database refuses the write of who held the lock before (ours)
    ttl = 30s (100ms to 24h)
        time to live of the lock, renewed each third of it (ours)

item-lock: scan with a lock around each item
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}
  items: marks
  contenders:
    lock-per-item           ours: what "5M lock operations" of the documents would take
  parameters (--set CONTENDER.NAME=VALUE):
    count = 1000 (1 to 1000000)
        COUNT of each SCAN (as published)
    shuffle = yes (yes or no)
        work on the keys in random order (as published)
    recheck = no (yes or no)
        work on an item only if its key is still there under the lock (ours)
    ttl = 30s (100ms to 24h)
        time to live of each lock (one published cycle, as in harbor-22572)

modulo: every instance reads the whole queue and works on its residue class
  promises: at least once under {cut connection, pause, Redis restart}
  items: marks
  contenders:
    instance-id             queue version 1 of the documents, ids and total set right
  parameters (--set CONTENDER.NAME=VALUE):
    total = 0 (0 to 1000000), published as CORE_INSTANCE_TOTAL
        instances that share the items (published default 1: each does everything); 0: as many as there are
    id = -1 (-1 to 1000000), published as CORE_INSTANCE_ID
        id of every instance; from total on it counts as 0; -1: the number in its host name (as published)

rendezvous: living instances share the queue out by hashing, without configuration
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}
  items: marks
  contenders:
    rendezvous              ours: highest random weight among those whose heartbeat is fresh
  parameters (--set CONTENDER.NAME=VALUE):
    heartbeat = 5s (100ms to 1h)
        period of the heartbeats; after 3 without one an instance is dead (ours)

claim: batches are popped and recorded in a processing set by one script
  promises: no lost update
  items: marks
  contenders:
    claim-published         queue version 2 of the documents, one claim per cycle
    claim-drained           the same, claiming until the queue is empty (drain=yes)
  parameters (--set CONTENDER.NAME=VALUE):
    batch = 100 (1 to 100000)
        items of one claim (as published)
    drain = no (yes or no)
        claim until the queue is empty (published: once per cycle)
    count = 100 (1 to 1000000)
        COUNT of each SSCAN (as published)
    ttl = 600s (1s to 24h)
        time to live of the whole processing set (as published)
    stale = 300s (1s to 24h)
        age past which a claim is taken back (as published)
    recover = 60s (1s to 24h)
        period of the recovery (as published)
  probes (observe.enabled=yes):
    queue                   SCARD cache:execution:refresh:queue:v2, each 1s; alert over 10000
    processing              SCARD cache:execution:refresh:processing, each 1s; alert over 1000
    who                     SMEMBERS cache:execution:refresh:processing, each 30s

dual: claims from the queue, and drains the keys of the old version beside it
  promises: none
  items: marks
  contenders:
    claim-dual              queue version 2 of the documents, dual mode during a migration
  parameters (--set CONTENDER.NAME=VALUE):
    legacy_count = 1000 (1 to 1000000)
        COUNT of each SCAN (as published)
    shuffle = yes (yes or no)
        work on the keys in random order (as published)
    batch = 100 (1 to 100000)
        items of one claim (as published)
    drain = no (yes or no)
        claim until the queue is empty (published: once per cycle)
    count = 100 (1 to 1000000)
        COUNT of each SSCAN (as published)
    ttl = 600s (1s to 24h)
        time to live of the whole processing set (as published)
    stale = 300s (1s to 24h)
        age past which a claim is taken back (as published)
    recover = 60s (1s to 24h)
        period of the recovery (as published)
  probes (observe.enabled=yes):
    queue                   SCARD cache:execution:refresh:queue:v2, each 1s; alert over 10000
    processing              SCARD cache:execution:refresh:processing, each 1s; alert over 1000
    who                     SMEMBERS cache:execution:refresh:processing, each 30s

pop: batches are popped from one set, and nothing records them
  promises: at most once; no lost update
  items: marks
  contenders:
    harbor-23183            goharbor/harbor pull request 23183, merged
  parameters (--set CONTENDER.NAME=VALUE):
    batch = 100 (1 to 100000)
        members of one SPOP (as published)

sscan: every instance walks one set and works on each batch as it comes
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}
  items: marks
  contenders:
    harbor-next             harbor-next pull request 391, its first form
  parameters (--set CONTENDER.NAME=VALUE):
    count = 100 (1 to 1000000)
        COUNT of each SSCAN (as published)

deckard-documented: periodic tasks, each in a lock that is given back after its work
  promises: none
  tasks, whose rounds are its items:
    unlock                  each 1s
    timeout                 each 1s
    recovery                each 1s
    ttl                     each 1s
    max_elements            each 1s
    metrics                 each 1min, by the leader only
  contenders:
    deckard-documented      Deckard's document on distributed housekeeping, June 2025
  parameters (--set CONTENDER.NAME=VALUE):
    housekeeper = yes (yes or no), published as DECKARD_HOUSEKEEPER_ENABLED
        no: the instance runs no task and asks Redis nothing
    enabled = yes (yes or no), published as DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_ENABLED
        no: every lock succeeds and Redis is not asked (published default)
    instance_id = generated (generated, host), published as DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_INSTANCE_ID
        the value of its locks: its own (as published), or the host's name
    lock_ttl = 30s (1s to 24h), published as DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_LOCK_TTL
        time to live of a task's lock (as published)
    parallelism = 5 (1 to 64), published as DECKARD_HOUSEKEEPER_UNLOCK_PARALLELISM
        threads that unlock queues (as published)
    queues = 20 (0 to 100000)
        queues with locked messages in each unlock round (ours)
  probes (observe.enabled=yes):
    locks                   KEYS deckard:housekeeper:lock:*, each 30s

deckard-renewed: periodic tasks in renewed locks, and an elected leader
  promises: no overlap without faults
  tasks, whose rounds are its items:
    unlock                  each 1s
    timeout                 each 1s
    recovery                each 1s, by the leader only
    ttl                     each 1s
    max_elements            each 1s
    metrics                 each 1min, by the leader only
  contenders:
    deckard-renewed         Deckard's code a year after that document
  parameters (--set CONTENDER.NAME=VALUE):
    housekeeper = yes (yes or no), published as DECKARD_HOUSEKEEPER_ENABLED
        no: the instance runs no task and asks Redis nothing
    enabled = yes (yes or no), published as DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_ENABLED
        no: every lock succeeds and Redis is not asked (published default)
    instance_id = generated (generated, host), published as DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_INSTANCE_ID
        the value of its locks: its own (as published), or the host's name
    lock_ttl = 30s (1s to 24h), published as DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_LOCK_TTL
        time to live of a task's lock (as published)
    parallelism = 5 (1 to 64), published as DECKARD_HOUSEKEEPER_UNLOCK_PARALLELISM
        threads that unlock queues (as published)
    queues = 20 (0 to 100000)
        queues with locked messages in each unlock round (ours)
    lease = 15s (1s to 24h)
        of the leader, who renews it, and for which all campaign, each third of it (as published)
  probes (observe.enabled=yes):
    locks                   KEYS deckard_v1:{housekeeper:lock:*, each 30s

job-queue: jobs go from list to list: ready, processing, completed or failed
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no lost update
  items: marks
  contenders:
    job-queue               the job-queue plan, with what it leaves open as its parameters say
  parameters (--set CONTENDER.NAME=VALUE):
    batch = 100 (1 to 1024), published as QUEUE_BATCH_SIZE
        jobs that are taken at once (as published)
    poll = 1s (1ms to 24h), published as QUEUE_POLL_INTERVAL
        time between two polls of a worker (as published)
    pool = 0 (0 to 64), published as WORKER_POOL_SIZE
        workers of an instance (published default 10); 0: the scenario's
    jobs = 5 (1 to 64), published as WORKER_MAX_CONCURRENT_JOBS
        jobs of an instance that are at work at once (as published)
    call_limit = 90s (1ms to 24h), published as WORKER_HTTP_TIMEOUT
        a call that takes longer has failed (as published)
    call_retries = 3 (0 to 9), published as WORKER_RETRY_COUNT
        calls that are made again within an attempt (as published)
    retries = 3 (0 to 9), published as QUEUE_MAX_RETRIES
        attempts after the first before a job is given up (as published)
    timeout = 90s (1s to 24h)
        time in processing after which a job is taken back (as published)
    backoff = 1s (1ms to 1h)
        wait before the first retry, doubled for each further one (ours)
    sweep = 1s (1ms to 24h)
        time between two looks for what is due or overdue (ours)
    take = script (script, rpop-sadd, lmove)
        how jobs get from ready to processing (open in the plan; ours)
    wait = delayed (delayed, ready)
        where a job waits out its back-off; ready: it does not (ours)
    take_back = every (every, first, nobody)
        instances that take back what is overdue (open in the plan; ours)

in-memory: one process polls the database and hands the work to 500 workers in its memory
  promises: at least once under {cut connection, pause, Redis restart}; no overlap without faults; no lost update
  items: marks
  contenders:
    in-memory               the job-queue plan, what it replaces
  parameters (--set CONTENDER.NAME=VALUE):
    poll = 100ms (1ms to 1h)
        time between two polls of the database (as published)
    call_limit = 10s (1ms to 24h)
        a call that takes longer has failed (as published)

pop-ack: the pop from a list is the acknowledge, and nothing records it
  promises: at most once; no lost update
  items: marks
  contenders:
    pop-ack                 Sidekiq's basic fetch (1bb4aa06), Resque (9fc870e7)
  parameters (--set CONTENDER.NAME=VALUE):
    batch = 1 (1 to 100000)
        entries of one pop (as published: one)

reliable-list: each worker moves items into a list of its own; those of the dead are recovered
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no lost update; owner-checked acknowledge
  items: marks
  contenders:
    reliable-list           super_fetch and rmq, and an owner that looks into its own list
    reliable-list-published Sidekiq Pro's super_fetch as documented; rmq (1d31dc9) (reread=no)
  parameters (--set CONTENDER.NAME=VALUE):
    heartbeat_ttl = 60s (100ms to 1h)
        an owner not heard of for so long is dead (as published)
    beat = 10s (10ms to 1h)
        time between two beats (as published)
    recover = 60s (10ms to 1h)
        least time between two looks for dead owners (as published)
    reread = yes (yes or no)
        a worker looks into its own list after a round that ended badly (ours)

lease: each task in work has a lease in a sorted set, kept by scripts
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no overlap without faults; no lost update; owner-checked acknowledge
  items: marks
  contenders:
    lease                   asynq's leases, with owners and without lost marks
    lease-published         hibiken/asynq 785bb72, with the item as task id (form=blind)
  parameters (--set CONTENDER.NAME=VALUE):
    lease = 30s (100ms to 24h)
        time after which a lease is over (asynq, internal/rdb/rdb.go)
    extend = 5s (10ms to 24h)
        time between two extensions of leases in hand (asynq, server.go)
    recover = 60s (10ms to 24h)
        least time between two looks for leases that are over (asynq, server.go)
    grace = 30s (0s to 24h)
        how long a lease must have been over to be taken back (asynq, recoverer.go)
    form = owned (owned, blind)
        who acknowledges proves that it holds the task, or (as published) not

stream: a stream's consumer group keeps who has what, and since when
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no lost update
  items: marks
  contenders:
    stream                  Redis' documentation of streams: a consumer group, renewed
  parameters (--set CONTENDER.NAME=VALUE):
    batch = 100 (1 to 100000)
        COUNT of each XREADGROUP (ours)
    idle = 30s (100ms to 24h)
        entries idle for so long are claimed by others; renewed each third (ours)

bullmq: a hash and a lock for each job, kept by scripts; what stalls is taken back
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no lost update; owner-checked acknowledge
  items: marks
  contenders:
    bullmq                  BullMQ 5.81.5, command by command
  parameters (--set CONTENDER.NAME=VALUE):
    lock = 30s (100ms to 24h)
        time to live of a job's lock, extended each half of it (as published)
    stalled_interval = 30s (100ms to 24h)
        time between two stalled checks (as published)
    max_stalled = 1 (0 to 1000)
        how often a job may stall; once more, and it is failed (as published)
    attempts = 20 (1 to 1000000)
        of each job, before it is failed (ours; published: 1)

batch-lease: batches are popped and stored under one key with one lease by a script
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no lost update; owner-checked acknowledge
  items: marks
  contenders:
    batch-lease             ours: SPOP a batch, store it, one lease, acknowledged as a whole
  parameters (--set CONTENDER.NAME=VALUE):
    batch = 100 (1 to 5000)
        items of one claim (ours)
    lease = 30s (100ms to 24h)
        time after which a claim lapses, renewed each third of it (ours)

claim-safe: an item is a byte of a page; a claim takes a page and holds a lease on it
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no overlap without faults; no lost update; owner-checked acknowledge
  items: marks
  contenders:
    claim-safe              ours: claims of whole pages of items, with a lease and a token
  parameters (--set CONTENDER.NAME=VALUE):
    items = 200 (1 to 5000)
        a claim takes pages until they hold so many together (ours)
    lease = 30s (100ms to 24h)
        how long a claim lasts, renewed each third of it (ours)
    apart = 1 (1 to 1000000)
        how far apart the numbers of items lie, to measure what that costs (ours)

null: a fixed share for every instance, without asking Redis
  promises: at least once under {cut connection, pause, Redis restart}; no lost update
  items: marks
  contenders:
    null                    ours: what the harness itself costs
  parameters (--set CONTENDER.NAME=VALUE):
    order = in-order (in-order, random)
        order in which an instance goes through its share

claim-sets: marks lie in many small sets; a claim renames one and holds a lease on it
  promises: at least once under {crash, cut connection, pause, scaling, Redis restart}; no overlap without faults; no lost update; owner-checked acknowledge
  items: marks
  contenders:
    claim-sets              ours, for items with names: claims of whole sets, with a lease
  parameters (--set CONTENDER.NAME=VALUE):
    depth = 64 (1 to 1024)
        buckets behind each of the 64 fronts, the same for all (ours)
    items = 200 (1 to 5000)
        a claim takes sets until they hold so many together (ours)
    lease = 30s (100ms to 24h)
        time to live of a claim, renewed each third of it (ours)

Of all: EXECUTION_STATUS_REFRESH_INTERVAL_SECONDS in a scenario's environment sets
the cycle.

Scenarios (dibs NAME runs one)
  ab
      Is one way of sharing slower than another, by the clock?
  contended
      What does the shuffle of harbor-2.14 save, when each refresh takes time in the database?
  frontier-all
      What does losing nothing cost, among all?
  frontier-sparse
      What does it cost to lose nothing while there is little to do?
  frontier
      What does it cost to lose nothing?
  gate
      Does each way of sharing still cost, command for command, what its baseline says?
  housekeeper
      Does one lock per task keep three housekeepers from doing each other's rounds, and does one lead?
  hpa
      Does a HorizontalPodAutoscaler help instances that share items?
  idle
      What does each way of sharing cost while there is nothing to share?
  long-jobs
      What becomes of 90 s jobs where a call is cut off after 10 s, and where it is not?
  migration
      What is lost when a service is migrated from keys to the queue, share by share, and rolled back?
  million
      What does each way of sharing 1,000,000 items between 5 instances cost, and what does it repeat?
  monitoring
      What does the documents' own monitoring cost, and when do their alerts fire?
  queue-scaler
      Does the job-queue plan's own scaling follow its queue?
  quick
      Does the million-item comparison look the same at 20,000 items, in a few seconds?
  scale-5-to-8
      What does it take to go from 5 instances to 8, and what does it cost the items?
  scale-8-to-3
      What is left behind when 8 instances become 3?
  scaling-instances
      What becomes of cost and throughput with 1 to 64 instances?
  scaling-items
      What becomes of cost and throughput with 1,000 to 10,000,000 items?
  steady
      Who keeps up with a steady stream of marks, and whose backlog grows?
