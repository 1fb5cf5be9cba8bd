"""The statements of this service's own tables. The row in `tickets` is the lock of what its events change; a clock's
own row is the lock of firing it.

Every row of a clock begins with CLOCK_COLUMNS, and what is kept comes as an array of the rows' own types: an array for
each column would take as long to send as all the rest of a batch."""

CLOCK_COLUMNS = ("id", "ticket_id", "metric", "cycle", "phase", "at", "elapsed", "terms", "due_at", "fired", "ran")

TICKETS = """
    SELECT id, number, workspace, category, team, assignee, asks, gone, event_id, correlation_id, mode FROM tickets
    WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE
"""
SNAPSHOTS = "SELECT snapshot FROM tickets WHERE id = ANY(:ids)"
CLOCKS = """
    SELECT id, ticket_id, metric, cycle, phase, at, elapsed, terms, due_at, fired, ran FROM clocks
    WHERE ticket_id = ANY(:ids) ORDER BY ticket_id, metric FOR NO KEY UPDATE
"""
SAVE_TICKETS = """
    INSERT INTO tickets (id, number, workspace, category, team, assignee, asks, gone, snapshot, event_id,
                         correlation_id, mode, open, policies_revision)
    SELECT *, CAST(:revision AS bigint) FROM unnest(CAST(:tickets AS kept_ticket[]))
    ON CONFLICT (id) DO UPDATE SET
        category = excluded.category, team = excluded.team, assignee = excluded.assignee, asks = excluded.asks,
        gone = excluded.gone, snapshot = excluded.snapshot, event_id = excluded.event_id,
        correlation_id = excluded.correlation_id, mode = excluded.mode, open = excluded.open,
        policies_revision = excluded.policies_revision
"""
FOLLOWED = """
    UPDATE tickets SET open = moved.open, policies_revision = CAST(:revision AS bigint)
    FROM unnest(CAST(:id AS uuid[]), CAST(:open AS boolean[])) AS moved (id, open) WHERE tickets.id = moved.id
"""
SAVE_CLOCKS = """
    INSERT INTO clocks (id, ticket_id, metric, cycle, phase, at, elapsed, terms, due_at, fired, ran, wake_at)
    SELECT * FROM unnest(CAST(:clocks AS kept_clock[]))
    ON CONFLICT (ticket_id, metric) DO UPDATE SET
        id = excluded.id, cycle = excluded.cycle, phase = excluded.phase, at = excluded.at, elapsed = excluded.elapsed,
        terms = excluded.terms, due_at = excluded.due_at, fired = excluded.fired, ran = excluded.ran,
        wake_at = excluded.wake_at
"""
FIRED = """
    UPDATE clocks SET fired = said.fired, wake_at = said.wake_at
    FROM unnest(CAST(:ticket_id AS uuid[]), CAST(:metric AS text[]), CAST(:fired AS text[]),
                CAST(:wake_at AS timestamptz[])) AS said (ticket_id, metric, fired, wake_at)
    WHERE clocks.ticket_id = said.ticket_id AND clocks.metric = said.metric
"""
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id, ticket_id, metric, cycle, phase, at, elapsed, terms, due_at, fired, ran, wake_at FROM clocks
        WHERE wake_at <= :now AND wake_at > :held ORDER BY wake_at LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED)
    SELECT due.*, number, workspace, category, team, assignee, asks, gone, event_id, correlation_id, mode
    FROM due JOIN tickets ON tickets.id = due.ticket_id
"""
CLAIM_ONE = """
    SELECT clocks.id, ticket_id, metric, cycle, phase, at, elapsed, terms, due_at, fired, ran, wake_at,
           number, workspace, category, team, assignee, asks, gone, event_id, correlation_id, mode
    FROM clocks JOIN tickets ON tickets.id = clocks.ticket_id
    WHERE clocks.ticket_id = :ticket AND metric = :metric AND wake_at <= :now FOR NO KEY UPDATE OF clocks SKIP LOCKED
"""
PUT_OFF = "UPDATE clocks SET wake_at = :later WHERE ticket_id = :ticket AND metric = :metric AND wake_at < :later"
NEXT = """
    SELECT (SELECT min(wake_at) FROM clocks WHERE wake_at > :held) AS clock,
           (SELECT min(due_at) FROM timers WHERE due_at > :held) AS timer
"""
SAY_EARLIER = "SELECT pg_notify('gongdan_sla_timer', '')"
