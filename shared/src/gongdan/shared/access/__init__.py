"""Who may do and see what. Pure, but for reading credentials from Kafka (`reader.py`).

| file | knows |
| --- | --- |
| `actions.py` | every action that a role can allow |
| `fields.py` | the fields of a ticket, and what hide, read and write mean when several roles apply |
| `directory.py` | what a catalog says of people and roles, by name |
| `who.py` | an actor with its teams and roles, as the definitions say |
| `scope.py` | which tickets a role is about: CEL over ticket and actor |
| `search.py`, `nets.py` | the part of a scope that a database can search by |
| `granted.py` | a role as one actor has it, compiled |
| `rights.py` | `may`, `redact`, `may_filter_on`, `may_define` |
| `reach.py` | the tickets that an actor may see and do something with, all at once |
| `refusal.py` | how somebody is told no |
| `chain.py` | the audit chain |
| `credentials.py`, `tokens.py` | sessions and API keys as records, and how a request proves who sends it |
"""
