"""Organisation: a customer's company: by which mail addresses its people are known, and what it was promised.

A new ticket takes over the `tier` of its requester's organisation, for the conditions of rules, policies and roles
(`ticket.organisation.tier`). A person named in `contacts` belongs to it whatever their address, else the domain of the
address counts, the nearest one: `support.example.com` before `example.com`. Limits: tickets keep the tier they were
opened with, and a mail whose sender is known to be somebody else gets none; a domain or contact that two organisations
name belongs to the first by name, a workspace's own before a common one.

Example:

    kind: Organisation
    metadata: {name: acme, title: {zh: 示例集团, en: Example Group}}
    spec:
      domains: [acme.example.com, acme.example.net]
      contacts: [buyer@example.org]
      tier: gold
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from gongdan.shared.definitions.base import Email, Kind, Name, Text

DOMAIN = r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$"
Domain = Annotated[str, StringConstraints(pattern=DOMAIN, max_length=253)]


class Organisation(Kind):
    """`spec` of kind Organisation."""

    description: Text | None = Field(default=None, description="What one should know about it.")
    domains: list[Domain] = Field(default=[], max_length=500, description="The domains of its people's mail addresses.")
    contacts: list[Email] = Field(default=[], max_length=2_000, description="People of it with other addresses.")
    tier: Name | None = Field(default=None, description="What level of service it has, for instance gold.")
