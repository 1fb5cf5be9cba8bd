"""Who may do and see what. Pure, but for reading credentials from Kafka (`reader.py`).

| file | knows |
| --- | --- |
| `actions.py` | every action that a role can allow |
| `fields.py` | the fields of a ticket, and what hide, read and write mean when several roles apply |
| `who.py` | an actor with its teams and roles, as the definitions say |
| `scope.py` | the part of all tickets that a role is about: CEL, and the part of it that a database can search by |
| `rights.py` | `may`, `redact`, `may_filter_on` |
| `credentials.py` | sessions and API keys as records, and how a request proves who sends it |
"""
