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

OPEN = """
    INSERT INTO tickets (id, number, follow_up_of, version, state)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS text[]), CAST(:follow_ups AS text[]),
                         CAST(:versions AS int[]), CAST(:states AS json[]))
    ON CONFLICT DO NOTHING
    """

CHANGE = """
    UPDATE tickets SET version = now.version, state = now.state
    FROM unnest(CAST(:ids AS uuid[]), CAST(:befores AS int[]), CAST(:versions AS int[]), CAST(:states AS json[]))
         AS now (id, before, version, state)
    WHERE tickets.id = now.id AND tickets.version = now.before
    """

LOG = """
    INSERT INTO events (ticket_id, version, type, payload, headers, recorded_at)
    SELECT * FROM unnest(CAST(:tickets AS uuid[]), CAST(:versions AS int[]), CAST(:types AS text[]),
                         CAST(:payloads AS json[]), CAST(:headers AS json[]), CAST(:recorded AS timestamptz[]))
    ON CONFLICT DO NOTHING
    """

MESSAGE_IDS = """
    INSERT INTO message_ids (message_id, ticket_id)
    SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:tickets AS uuid[]))
    ON CONFLICT DO NOTHING
    """

BEGIN_CONVERSATIONS = """
    INSERT INTO conversations (key, ticket_id)
    SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:tickets AS uuid[]))
    ON CONFLICT DO NOTHING
    """

MOVE_CONVERSATIONS = """
    UPDATE conversations SET ticket_id = now.ticket_id
    FROM unnest(CAST(:keys AS text[]), CAST(:befores AS uuid[]), CAST(:tickets AS uuid[]))
         AS now (key, before, ticket_id)
    WHERE conversations.key = now.key AND conversations.ticket_id = now.before
    """

JOIN_PARTICIPANTS = """
    INSERT INTO participants (ticket_id, person)
    SELECT * FROM unnest(CAST(:tickets AS uuid[]), CAST(:people AS text[]))
    ON CONFLICT DO NOTHING
    """

APPLIED = """
    INSERT INTO applied (message_id, ticket_id)
    SELECT * FROM unnest(CAST(:messages AS uuid[]), CAST(:tickets AS uuid[]))
    ON CONFLICT DO NOTHING
    """

TAKE_TURNS = """
    INSERT INTO rosters (workspace, team, last)
    SELECT * FROM unnest(CAST(:workspaces AS text[]), CAST(:teams AS text[]), CAST(:lasts AS text[]))
    ON CONFLICT (workspace, team) DO UPDATE SET last = excluded.last
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
