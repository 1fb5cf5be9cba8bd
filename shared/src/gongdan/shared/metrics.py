"""Every metric that the services expose, in one place: a misspelt name is an import error.

Counters end in `_total`, times in `_seconds`. Labels have few values, never ids.
"""

from prometheus_client import Counter, Gauge, Histogram

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

CONSUMED = Counter("gongdan_consumed_total", "Records consumed", ["service", "topic"])
DUPLICATES = Counter("gongdan_duplicates_total", "Records dropped because they were seen before", ["service"])
EARLY = Counter("gongdan_early_total", "Records held until the versions before them came", ["service"])
PARKED = Counter("gongdan_parked_total", "Records set aside", ["service", "topic", "reason"])
BATCH_SECONDS = Histogram("gongdan_batch_seconds", "Time for one batch", ["service"], buckets=FAST)
STAGE_SECONDS = Histogram(
    "gongdan_stage_seconds",
    "From recorded by the writer to committed by the reader, for the oldest record of each batch",
    ["service", "topic"],
    buckets=FAST,
)
RETRIES = Counter("gongdan_retries_total", "Batches tried again after a passing fault", ["service"])
OUTBOX_PUBLISHED = Counter("gongdan_outbox_published_total", "Events published", ["service", "topic"])
OUTBOX_PENDING = Gauge("gongdan_outbox_pending", "Events committed and not yet published", ["service"])
OUTBOX_REPUBLISHED = Counter(
    "gongdan_outbox_republished_total", "Events published again after the log was lost", ["service", "topic"]
)
ACCEPTED = Counter("gongdan_accepted_total", "Messages accepted", ["channel"])
REFUSED = Counter("gongdan_refused_total", "Requests refused", ["channel", "reason"])
QUARANTINED = Counter("gongdan_quarantined_total", "Messages set aside at the door", ["channel", "cause"])
QUARANTINE_EXPIRED = Counter(
    "gongdan_quarantine_expired_total",
    "Entries of the quarantine that were let go for their age or size",
    ["channel", "cause"],
)
MAILBOX_READ = Gauge("gongdan_mailbox_read_timestamp_seconds", "When a mailbox was last read to its end", ["mailbox"])
MAILBOX_FAILURES = Counter("gongdan_mailbox_failures_total", "Readings of a mailbox that failed", ["mailbox"])
MAILBOX_FAILING = Gauge("gongdan_mailbox_failing", "1 while a mailbox needs somebody to look", ["mailbox"])
MAILBOX_MAILS = Counter("gongdan_mailbox_mails_total", "Mails read from a mailbox", ["mailbox"])
MAILBOX_TOKENS = Counter("gongdan_mailbox_tokens_total", "Refreshings of a mailbox's tokens", ["mailbox", "result"])
OUTCOMES = Counter("gongdan_outcomes_total", "What became of inbound messages", ["outcome"])
TIMERS_FIRED = Counter("gongdan_timers_fired_total", "Timers fired", ["kind"])
TIMER_LATENESS = Histogram("gongdan_timer_lateness_seconds", "Fired after due", buckets=FAST)
RETARGETING_LEFT = Gauge("gongdan_retargeting_left", "Tickets not yet timed by the policies in force, at most")
TICKETS_PRUNED = Counter("gongdan_closed_tickets_pruned_total", "Closed tickets that are not timed any more")
CLOCK_STEPS = Counter("gongdan_clock_steps_total", "Steps of the machine's clock, by direction", ["direction"])
DELIVERIES = Counter("gongdan_deliveries_total", "Delivery attempts", ["channel", "result"])
SEARCH_BEHIND = Gauge("gongdan_search_behind", "Changes that the search has not followed yet")
DEFINITIONS_REVISION = Gauge("gongdan_definitions_revision", "Revision of definitions in force", ["service"])
DEFINITIONS_UNREADABLE = Gauge(
    "gongdan_definitions_unreadable", "Definitions whose latest version this service cannot read", ["service"]
)
