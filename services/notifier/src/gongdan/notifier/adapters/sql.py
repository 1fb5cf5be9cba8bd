"""The statements of the ledger. Rows go in and come out by arrays, so that one statement serves a whole batch."""

from gongdan.notifier.domain.limits import WINDOWS

IN_WINDOWS = ", ".join(f"count(*) FILTER (WHERE d.queued_at > :w{nth}) AS w{nth}" for nth in range(len(WINDOWS)))
LONGEST = f"w{len(WINDOWS) - 1}"

SENT_PER_TICKET = f"""
    SELECT d.recipient, d.ticket_id, {IN_WINDOWS}
    FROM unnest(CAST(:names AS text[]), CAST(:tickets AS uuid[])) AS asked (recipient, ticket_id)
    JOIN deliveries d ON d.ticket_id = asked.ticket_id AND d.recipient = asked.recipient
    WHERE d.automatic AND d.channel = 'email' AND d.state <> 'suppressed' AND d.queued_at > :{LONGEST}
    GROUP BY d.recipient, d.ticket_id
"""  # noqa: S608 - made of constants

SENT_OVER_ALL = f"""
    SELECT d.recipient, {IN_WINDOWS}
    FROM deliveries d
    WHERE d.purpose = 'acknowledgement' AND d.state <> 'suppressed' AND d.queued_at > :{LONGEST}
      AND d.recipient = ANY(CAST(:names AS text[]))
    GROUP BY d.recipient
"""  # noqa: S608 - made of constants

ADD_LANES = """
    INSERT INTO lanes (lane, channel)
    SELECT * FROM unnest(CAST(:lanes AS text[]), CAST(:channels AS text[]))
    ON CONFLICT DO NOTHING
"""

ADD = """
    INSERT INTO deliveries (id, ticket_id, ticket, cause_id, correlation_id, traceparent, channel, purpose,
        recipient, lane, automatic, carried_id, mail_message_id, content, occurred_at, queued_at, state, due_at, error)
    SELECT * FROM unnest(
        CAST(:id AS uuid[]), CAST(:ticket_id AS uuid[]), CAST(:ticket AS text[]), CAST(:cause_id AS uuid[]),
        CAST(:correlation_id AS uuid[]), CAST(:traceparent AS text[]), CAST(:channel AS text[]),
        CAST(:purpose AS text[]), CAST(:recipient AS text[]), CAST(:lane AS text[]), CAST(:automatic AS boolean[]),
        CAST(:carried_id AS uuid[]), CAST(:mail_message_id AS text[]), CAST(:content AS bytea[]),
        CAST(:occurred_at AS timestamptz[]), CAST(:queued_at AS timestamptz[]), CAST(:state AS text[]),
        CAST(:due_at AS timestamptz[]), CAST(:error AS text[]))
    ON CONFLICT DO NOTHING RETURNING id
"""

# A delivery whose sender is gone (its lease is over) is taken again under the number of the attempt that was
# begun: nobody knows how that ended. PostgreSQL cannot tell how few a limit leaves that is computed for each lane, and
# with much waiting would read the whole table to join it; an array it takes for short, and looks each up.
CLAIM = """
    WITH width (channel, most) AS (SELECT * FROM unnest(CAST(:channels AS text[]), CAST(:widths AS int[]))),
    used (lane, count) AS (SELECT * FROM unnest(CAST(:lanes AS text[]), CAST(:taken AS int[]))),
    due AS (
        SELECT one.id, lanes.disabled_version
        FROM lanes JOIN width USING (channel) LEFT JOIN used USING (lane)
        CROSS JOIN LATERAL (
            SELECT id FROM deliveries
            WHERE deliveries.lane = lanes.lane AND due_at <= :now
            ORDER BY due_at
            LIMIT greatest(width.most - coalesce(used.count, 0), 0)
            FOR UPDATE SKIP LOCKED
        ) AS one
    )
    UPDATE deliveries d
    SET state = 'sending', attempt = d.attempt + CAST(d.state = 'queued' AS int), due_at = :until
    FROM due WHERE d.id = due.id AND d.id = ANY(ARRAY(SELECT id FROM due))
    RETURNING d.*, due.disabled_version
"""

PROLONG = "UPDATE deliveries SET due_at = :until WHERE id = ANY(CAST(:ids AS uuid[])) AND state = 'sending'"

SETTLE = """
    UPDATE deliveries d
    SET state = now.state, attempt = now.attempt, due_at = now.due_at, error = now.error
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:attempts AS int[]),
                CAST(:dues AS timestamptz[]), CAST(:errors AS text[]))
         AS now (id, state, attempt, due_at, error)
    WHERE d.id = now.id AND d.state = 'sending'
    RETURNING d.id
"""

DISABLE = """
    UPDATE lanes SET disabled_version = :version, disabled_at = :now, error = :error WHERE lane = :lane
"""

LOAD_THREADS = "SELECT ticket_id, subject, chain FROM threads WHERE ticket_id = ANY(CAST(:tickets AS uuid[]))"

SAVE_THREADS = """
    INSERT INTO threads (ticket_id, subject, chain, updated_at)
    SELECT ticket_id, subject, chain, :now
    FROM unnest(CAST(:tickets AS uuid[]), CAST(:subjects AS text[]), CAST(:chains AS text[]))
         AS given (ticket_id, subject, chain)
    ON CONFLICT (ticket_id) DO UPDATE
    SET subject = excluded.subject, chain = excluded.chain, updated_at = excluded.updated_at
"""

PRUNE_DELIVERIES = """
    DELETE FROM deliveries WHERE id IN (
        SELECT id FROM deliveries WHERE queued_at < :before AND due_at IS NULL LIMIT :chunk)
"""
