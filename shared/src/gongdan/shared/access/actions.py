"""Every action that a role can allow. Each command of an agent is one action; so is everything else one may ask for.

Seeing tickets is no action: a role shows the tickets of its scope as far as its field rules go. Definitions are
not either: a role says by kind what it may read and write.
"""

from typing import Literal, get_args

CommandAction = Literal[
    "Reply", "AddNote", "Assign", "Take", "Release", "Transfer", "Transition", "SetFields", "SetPriority", "AddTags",
    "RemoveTags", "Watch", "Unwatch", "Snooze", "Merge", "Unmerge", "Split", "Link", "Unlink", "RedactMessage",
    "ErasePersonalData", "RunMacro", "StartProcess", "CompleteTask", "Approve", "Reject", "SendBack", "AddSigner",
    "TransferApproval", "Withdraw", "Urge", "AnswerSurvey", "MergeContacts", "UnmergeContacts", "UpdateContact",
]  # fmt: skip
OtherAction = Literal[
    "OpenTicket",  # send a message or form that opens a ticket or joins one
    "LogCall",
    "Upload",
    "ReadQuarantine",
    "ReleaseQuarantined",
    "DiscardQuarantined",
    "Redeliver",
    "ReadReports",
    "Export",
    "ReadAudit",
    "ManageAccounts",  # accounts, their sessions, API keys
    "Impersonate",
]
Action = CommandAction | OtherAction
COMMANDS: frozenset[str] = frozenset(get_args(CommandAction))
ACTIONS: frozenset[str] = COMMANDS | frozenset(get_args(OtherAction))
ANY = "*"

# The fields that a command changes, by the name of its part that says to what: it is written where that is given.
WRITES: dict[str, dict[str, str]] = {
    "Reply": {"text": "messages"},
    "AddNote": {"text": "notes"},
    "Assign": {"team": "team", "assignee": "assignee"},
    "Transfer": {"team": "team", "assignee": "assignee"},
    "Transition": {"to": "status"},
    "SetPriority": {"priority": "priority"},
    "Snooze": {"until": "snoozed_until"},
    "AddTags": {"tags": "tags"},
    "RemoveTags": {"tags": "tags"},
}
