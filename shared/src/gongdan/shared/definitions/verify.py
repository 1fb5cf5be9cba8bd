"""How a partner's request proves its sender: part of a Source.

Which fields a scheme needs is in `NEEDS`; a Source without them is refused. Secrets are references, never the secrets
themselves. `from` narrows any scheme to addresses.
"""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from gongdan.shared.definitions.base import SecretRef, Strict, Url
from gongdan.shared.definitions.spans import Duration

Scheme = Literal[
    "standard_webhooks",
    "hmac",
    "github",
    "gitlab",
    "stripe",
    "slack",
    "twilio",
    "shopify",
    "dingtalk_robot",
    "dingtalk_callback",
    "wecom",
    "feishu",
    "feishu_robot",
    "mailgun",
    "sendgrid",
    "sns",
    "bearer",
    "basic",
    "mtls",
    "ip_list",
]
Algorithm = Literal["sha1", "sha256", "sha384", "sha512"]
Encoding = Literal["hex", "base64", "base64url"]


def _network(text: str) -> str:
    """The address or network, in its usual writing. Raises ValueError when it is none."""
    return str(ip_network(text, strict=False))


HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
Network = Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=500)]

USUAL_TOLERANCE = timedelta(minutes=5)
# A robot's clock may differ by an hour. Source: DingTalk, "receive messages" of group robots.
TOLERANCES: Mapping[str, timedelta] = {"dingtalk_robot": timedelta(hours=1), "sns": timedelta(hours=1)}
NEEDS: Mapping[str, tuple[str, ...]] = {
    "mtls": ("allowed",),
    "ip_list": ("from",),
    "sns": ("topics",),
    "dingtalk_callback": ("secretRef", "tokenRef", "receiver"),
    "wecom": ("secretRef", "tokenRef", "receiver"),
    "basic": ("secretRef", "user"),
    "feishu": (),
}


class Verify(Strict):
    """How a request proves its sender. A secret is `env:NAME` or `file:PATH`; never the secret itself."""

    scheme: Scheme = Field(description="Whose way of signing it is.")
    secret_ref: SecretRef | None = Field(
        default=None,
        alias="secretRef",
        description="Where the secret is: a signing key, token or password; DingTalk and WeCom: the AES key; Feishu: "
        "the encrypt key; Standard Webhooks: whsec_ or whpk_; SendGrid: the public key.",
    )
    former_secret_refs: list[SecretRef] = Field(
        default=[], max_length=5, alias="formerSecretRefs", description="Secrets still taken while one is changed."
    )
    token_ref: SecretRef | None = Field(
        default=None, alias="tokenRef", description="DingTalk, WeCom: the callback's token. Feishu: verification token."
    )
    receiver: Short | None = Field(default=None, description="DingTalk: app key or corp id. WeCom: corp id.")
    user: Short | None = Field(default=None, description="basic: the user's name; the secret is the password.")
    header: HeaderName | None = Field(
        default=None, description="hmac: the header with the signature (X-Signature). mtls: the one with the client."
    )
    algorithm: Algorithm = Field(default="sha256", description="hmac: the hash.")
    encoding: Encoding = Field(default="hex", description="hmac: how the signature is written.")
    prefix: str = Field(default="", max_length=50, description="hmac: what stands before it, for instance sha256=.")
    signed: str = Field(
        default="{body}",
        max_length=200,
        pattern=r"\{body\}",
        description="hmac: what is signed, of {body}, {timestamp}, {id}, {method}, {url} and {path}.",
    )
    timestamp_header: HeaderName | None = Field(
        default=None, description="hmac: the header with the time in seconds or milliseconds; must be in `signed`."
    )
    id_header: HeaderName | None = Field(default=None, description="hmac: the header with the delivery's id.")
    proxy_header: HeaderName = Field(
        default="X-Proxy-Secret", description="mtls: where the proxy that ends TLS proves itself by the secret."
    )
    allowed: list[Short] = Field(default=[], max_length=100, description="mtls: fingerprints or names of clients.")
    topics: list[Short] = Field(default=[], max_length=20, description="sns: the ARNs of the topics that may write.")
    url: Url | None = Field(default=None, description="twilio, hmac: the address that the partner was given.")
    tolerance: Duration | None = Field(
        default=None, description="How far a signed time may be from ours, either way; by default 5m, robots 1h."
    )
    from_: list[Network] = Field(
        default=[], max_length=200, alias="from", description="Addresses or networks it must come from; [] is anywhere."
    )

    @property
    def window(self) -> timedelta:
        """How far a signed time may be from ours."""
        return self.tolerance if self.tolerance is not None else TOLERANCES.get(self.scheme, USUAL_TOLERANCE)

    @model_validator(mode="after")
    def _complete(self) -> "Verify":
        given = self.model_dump(by_alias=True)
        missing = [name for name in NEEDS.get(self.scheme, ("secretRef",)) if not given[name]]
        if missing:
            raise ValueError(f"the scheme {self.scheme} needs {', '.join(missing)}")
        if self.scheme == "feishu" and not (self.secret_ref or self.token_ref):
            raise ValueError("the scheme feishu needs secretRef or tokenRef")
        if self.scheme == "mtls" and not (self.secret_ref or self.from_):
            raise ValueError("the scheme mtls needs secretRef or from, so that only your proxy can name a client")
        if self.timestamp_header and "{timestamp}" not in self.signed:
            raise ValueError("timestamp_header is of no use unless signed holds {timestamp}")
        return self
