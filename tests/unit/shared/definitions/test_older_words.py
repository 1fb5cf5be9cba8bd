"""Definitions are kept for ever: what older ones say is still read, exported as it was, and never beside the new."""

from typing import Any

import pytest

from gongdan.shared.definitions.registry import KINDS, check, complaints
from gongdan.shared.definitions.yaml_text import to_yaml

HEAD = {"apiVersion": "gongdan/v1", "kind": "Mailbox", "metadata": {"name": "help"}}
ACCOUNT = {"host": "imap.example.com", "user": "help@example.com", "workspace": "it"}
BY_OAUTH = {"kind": "oauth2", "provider": "google", "client_id": "desk"}
OLDER = """apiVersion: gongdan/v1
kind: Mailbox
metadata: {name: help}
spec:
  host: imap.example.com
  user: help@example.com
  auth: {kind: oauth2, provider: google, client_id: desk}
  secretRef: env:MAIL_TOKEN
  workspace: it
  address: help@example.com
  aliases: [support@example.com]
"""


def mailbox(**spec: Any) -> dict[str, Any]:
    """A document."""
    return HEAD | {"spec": ACCOUNT | spec}


@pytest.mark.parametrize("auth", [{}, {"auth": BY_OAUTH}])
def test_a_mailbox_is_the_same_in_older_words(auth: dict[str, Any]) -> None:
    older = check(mailbox(address="help@example.com", secretRef="env:X", **auth))
    now = {**auth.get("auth", {}), "secretRef": "env:X"}
    assert older.spec == check(mailbox(auth=now, **{"from": "help@example.com"})).spec


def test_an_older_document_is_exported_as_it_was() -> None:
    spec = {"secretRef": "env:MAIL_TOKEN", "auth": BY_OAUTH, "aliases": ["support@example.com"]}
    assert to_yaml(mailbox(address="help@example.com", **spec)) == OLDER


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ({"from": "a@example.com"}, ["spec.auth"]),
        ({"from": "a@example.com", "auth": {"kind": "password"}}, ["spec.auth.secretRef"]),
        ({"auth": {"secretRef": "env:X"}}, ["spec.from"]),
        ({"address": "nobody", "auth": {"secretRef": "env:X"}}, ["spec.address"]),
        ({"from": "a@example.com", "address": "a@example.com", "auth": {"secretRef": "env:X"}}, ["spec.address"]),
        ({"from": "a@example.com", "secretRef": "env:X", "auth": {"secretRef": "env:X"}}, ["spec.secretRef"]),
        ({"from": "a@example.com", "secretRef": "hunter2"}, ["spec.secretRef"]),
        ({"from": "a@example.com", "secretRef": "env:X", "auth": "oauth2"}, ["spec.auth", "spec.secretRef"]),
    ],
)
def test_what_lacks_or_is_said_twice_is_named_where_it_stands(spec: dict[str, Any], fields: list[str]) -> None:
    found = complaints(mailbox(**spec))
    assert sorted(one.field for one in found) == fields
    assert "hunter2" not in str(found)


def test_a_former_name_stands_for_a_field_that_there_is() -> None:
    for model in KINDS.values():
        known = {field.alias or name for name, field in model.model_fields.items()}
        assert set(model.former.values()) <= known
        assert known.isdisjoint(model.former)
