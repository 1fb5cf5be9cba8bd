"""Tickets as files for other programs. Pure.

| file | knows |
| --- | --- |
| `columns.py` | what columns there are, and the value of each |
| `texts.py` | CSV and NDJSON |
| `question.py` | what is exported, and in which form |
"""
