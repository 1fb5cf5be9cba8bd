"""What a batch needs to know before it can be decided: the keys to look up, all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from gongdan.router.domain.keys import bounded
from gongdan.router.domain.threading import conversation_key, mail_keys
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived


@dataclass(frozen=True, slots=True)
class Wanted:
    """Keys by what they are. `tokens` with `people`: who may take part in the tickets that subjects name.

    `workspaces` are those in which tickets may be opened.
    """

    messages: set[UUID] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    conversations: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    workspaces: set[str] = field(default_factory=set)


def wanted_by(batch: Iterable[Contract]) -> Wanted:
    """Everything that some message or command of the batch leads to."""
    wanted = Wanted()
    for data in batch:
        match data:
            case CommandReceived():
                wanted.messages.add(data.message_id)
                wanted.numbers.add(bounded(data.ticket))
            case MessageReceived():
                _add(wanted, data)
    return wanted


def _add(wanted: Wanted, message: MessageReceived) -> None:
    wanted.messages.add(message.message_id)
    wanted.workspaces.add(message.workspace)
    wanted.mails.update(mail_keys(message))
    if key := conversation_key(message):
        wanted.conversations.add(key)
    if message.thread.ticket_number:
        wanted.numbers.add(message.thread.ticket_number)
    if message.thread.subject_token:
        wanted.numbers.add(bounded(message.thread.subject_token))
        wanted.tokens.add(bounded(message.thread.subject_token))
        wanted.people.add(bounded(message.requester.key))
