"""Tables of figures about tickets: measures by dimensions. Pure.

| file | knows |
| --- | --- |
| `dimensions.py` | what tickets can be grouped by |
| `measures.py` | what can be counted and measured, and which moment of a ticket each figure belongs to |
| `fields.py` | what the form fields of the workspaces asked about are |
| `periods.py` | spans of time in a time zone: where they begin, and every bucket of them |
| `question.py` | the question as callers write it, and as it is answered |
| `filters.py` | filters as definitions write them |
| `boards.py` | reports and dashboards as definitions have them |
| `table.py` | the answer: cells and totals |
| `views.py` | what callers see |
"""
