"""The SQL of router's tables: arrays in, many rows at once."""

LEADS = """
    SELECT 'number' AS what, number AS key, id AS ticket_id FROM tickets WHERE number = ANY(:numbers)
    UNION ALL SELECT 'mail', message_id, ticket_id FROM message_ids WHERE message_id = ANY(:mails)
    UNION ALL SELECT 'conversation', key, ticket_id FROM conversations WHERE key = ANY(:conversations)
    UNION ALL SELECT 'applied', CAST(message_id AS text), ticket_id FROM applied WHERE message_id = ANY(:messages)
    """

# In order of id, so that two replicas that want the same tickets wait for each other instead of deadlocking.
TICKETS = """
    SELECT CAST(state AS text) AS state FROM tickets WHERE id = ANY(:ids) ORDER BY id FOR UPDATE
    """

FOLLOW_UPS = """
    WITH RECURSIVE later (id, number) AS (
        SELECT id, number FROM tickets WHERE follow_up_of = ANY(:numbers)
        UNION SELECT t.id, t.number FROM tickets t JOIN later ON t.follow_up_of = later.number
    )
    SELECT CAST(state AS text) AS state FROM tickets WHERE id IN (SELECT id FROM later) ORDER BY id FOR UPDATE
    """

PARTICIPANTS = """
    SELECT ticket_id, person FROM participants WHERE ticket_id = ANY(:tickets) AND person = ANY(:people)
    """

TURNS = "SELECT workspace, team, last FROM rosters WHERE workspace = ANY(:workspaces)"

# Everything a batch changed in one round trip. What must be ours alone is counted: `opened`, `moved`, `logged`,
# `applied`, `begun` and `continued` are as many rows as were given, or another replica was faster.
SAVE = """
    WITH opened AS (
        INSERT INTO tickets (id, number, follow_up_of, version, state)
        SELECT * FROM unnest(CAST(:open_ids AS uuid[]), CAST(:open_numbers AS text[]), CAST(:open_follow_ups AS text[]),
                             CAST(:open_versions AS int[]), CAST(:open_states AS json[]))
        ON CONFLICT DO NOTHING RETURNING 1
    ), moved AS (
        UPDATE tickets SET version = now.version, state = now.state
        FROM unnest(CAST(:move_ids AS uuid[]), CAST(:move_befores AS int[]), CAST(:move_versions AS int[]),
                    CAST(:move_states AS json[])) AS now (id, before, version, state)
        WHERE tickets.id = now.id AND tickets.version = now.before RETURNING 1
    ), logged AS (
        INSERT INTO events (ticket_id, version, type, payload, headers, recorded_at)
        SELECT * FROM unnest(CAST(:log_tickets AS uuid[]), CAST(:log_versions AS int[]), CAST(:log_types AS text[]),
                             CAST(:log_payloads AS json[]), CAST(:log_headers AS json[]),
                             CAST(:log_recorded AS timestamptz[]))
        ON CONFLICT DO NOTHING RETURNING 1
    ), applied AS (
        INSERT INTO applied (message_id, ticket_id)
        SELECT * FROM unnest(CAST(:applied_messages AS uuid[]), CAST(:applied_tickets AS uuid[]))
        ON CONFLICT DO NOTHING RETURNING 1
    ), begun AS (
        INSERT INTO conversations (key, ticket_id)
        SELECT * FROM unnest(CAST(:begin_keys AS text[]), CAST(:begin_tickets AS uuid[]))
        ON CONFLICT DO NOTHING RETURNING 1
    ), continued AS (
        UPDATE conversations SET ticket_id = now.ticket_id
        FROM unnest(CAST(:continue_keys AS text[]), CAST(:continue_befores AS uuid[]),
                    CAST(:continue_tickets AS uuid[])) AS now (key, before, ticket_id)
        WHERE conversations.key = now.key AND conversations.ticket_id = now.before RETURNING 1
    ), mails AS (
        INSERT INTO message_ids (message_id, ticket_id)
        SELECT * FROM unnest(CAST(:mail_keys AS text[]), CAST(:mail_tickets AS uuid[]))
        ON CONFLICT DO NOTHING
    ), joined AS (
        INSERT INTO participants (ticket_id, person)
        SELECT * FROM unnest(CAST(:join_tickets AS uuid[]), CAST(:join_people AS text[]))
        ON CONFLICT DO NOTHING
    ), turns AS (
        INSERT INTO rosters (workspace, team, last)
        SELECT * FROM unnest(CAST(:turn_workspaces AS text[]), CAST(:turn_teams AS text[]), CAST(:turn_lasts AS text[]))
        ON CONFLICT (workspace, team) DO UPDATE SET last = excluded.last
    )
    SELECT (SELECT count(*) FROM opened) AS opened, (SELECT count(*) FROM moved) AS moved,
           (SELECT count(*) FROM logged) AS logged, (SELECT count(*) FROM applied) AS applied,
           (SELECT count(*) FROM begun) AS begun, (SELECT count(*) FROM continued) AS continued
    """

TAKE_NUMBERS = """
    INSERT INTO counters (prefix, last) VALUES (:prefix, :count)
    ON CONFLICT (prefix) DO UPDATE SET last = counters.last + :count
    RETURNING last
    """

GIVE_NUMBERS_BACK = "UPDATE counters SET last = last - :count WHERE prefix = :prefix AND last = :last"

HISTORY = """
    SELECT type, CAST(payload AS text) AS payload, headers FROM events WHERE ticket_id = :ticket ORDER BY version
    """
