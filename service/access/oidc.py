"""Logging in by the city's identity provider: OpenID Connect, authorization code with PKCE, by Authlib.

No network call is made inside a transaction. Accounts are not made here: the system administrator makes
them with the origin ``oidc``; the first login binds the account to the provider's subject, and from then
on the subject alone counts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.access.errors import AccessRefusedError
from service.access.keys import new_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.access.policy import Oidc

_TIMEOUT_SECONDS: Final = 10.0
_METADATA_SECONDS: Final = 3600.0
_CLOCK_SECONDS: Final = 60
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by key pairs alone: never ``none``, never by our own secret."""
_SCOPE: Final = "openid profile"
_FAULTS: Final = (httpx2.HTTPError, OAuthError, JoseError, KeyError, TypeError, ValueError)
CALLBACK: Final = "/login/oidc/callback"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login under way: what the browser is sent to, and what has to come back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody the provider has vouched for; ``login`` is the claim that names the account."""

    issuer: str
    subject: str
    login: str

    @property
    def external(self) -> str:
        """Issuer and subject: together they never change and are never given to another."""
        return f"{self.issuer}|{self.subject}"


class Provider:
    """One identity provider; what it publishes about itself is kept for an hour."""

    def __init__(self, settings: Oidc, public_url: str = "") -> None:
        """``public_url``: the address browsers know us by; empty: that of the request."""
        self.settings = settings
        self._public_url = public_url
        self._client = httpx2.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False)
        self._known: tuple[float, Mapping[str, Any], KeySet] | None = None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def callback(self, request_url: str) -> str:
        """The address the provider sends browsers back to."""
        if self._public_url:
            return self._public_url + CALLBACK
        parts = urlsplit(request_url)
        return f"{parts.scheme}://{parts.netloc}{CALLBACK}"

    def begin(self, callback: str) -> Attempt:
        """Start a login; AccessRefusedError (502) where the provider cannot be reached."""
        metadata, _ = self._metadata()
        nonce, verifier = new_secret(), new_secret()
        with self._oauth(callback) as client:
            address, state = client.create_authorization_url(
                metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier, state=new_secret()
            )
        return Attempt(address, state, nonce, verifier)

    def finish(self, callback: str, code: str, *, nonce: str, verifier: str) -> Subject:
        """Who came back with this code; AccessRefusedError where the provider or its answer cannot be trusted."""
        metadata, keys = self._metadata()
        try:
            with self._oauth(callback) as client:
                answer = client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
            claims = self._claims(answer, keys, nonce)
            login = claims.get(self.settings.claim) or self._from_userinfo(metadata, answer, str(claims["sub"]))
        except _FAULTS as error:
            raise _failed(error) from error
        return Subject(self.settings.issuer, str(claims["sub"]), str(login).strip().lower())

    def _claims(self, answer: Mapping[str, Any], keys: KeySet, nonce: str) -> Mapping[str, Any]:
        """The claims of the identity token, after every check of OpenID Connect Core 3.1.3.7."""
        try:
            token = jwt.decode(answer["id_token"], keys, algorithms=list(_ALGORITHMS))
        except (JoseError, ValueError):
            self._known = None  # the provider may have changed its keys
            token = jwt.decode(answer["id_token"], self._metadata()[1], algorithms=list(_ALGORITHMS))
        wanted = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        params = {"nonce": nonce, "client_id": self.settings.client_id, "access_token": answer.get("access_token")}
        checked = CodeIDToken(token.claims, token.header, wanted, params)
        checked.validate(leeway=_CLOCK_SECONDS)
        return token.claims

    def _from_userinfo(self, metadata: Mapping[str, Any], answer: Mapping[str, Any], subject: str) -> str:
        """The claim from the provider's second source; it has to speak of the same subject."""
        headers = {"authorization": f"Bearer {answer['access_token']}"}
        found = self._json(metadata["userinfo_endpoint"], headers)
        if found["sub"] != subject:
            raise ValueError("userinfo speaks of another subject")
        return str(found[self.settings.claim])

    def _metadata(self) -> tuple[Mapping[str, Any], KeySet]:
        known = self._known
        if known is None or time.monotonic() - known[0] > _METADATA_SECONDS:
            known = (time.monotonic(), *self._fetch())
            self._known = known
        return known[1], known[2]

    def _fetch(self) -> tuple[Mapping[str, Any], KeySet]:
        try:
            found = self._json(f"{self.settings.issuer}/.well-known/openid-configuration")
            self._check_name(str(found["issuer"]))
            return found, KeySet.import_key_set(self._json(found["jwks_uri"]))  # type: ignore[arg-type]
        except _FAULTS as error:
            raise _failed(error) from error

    def _check_name(self, issuer: str) -> None:
        if issuer.rstrip("/") != self.settings.issuer:
            raise ValueError("the provider calls itself by another name")

    def _json(self, url: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        answer = self._client.get(url, headers=dict(headers or {}))
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise TypeError("expected a JSON object")
        return found

    def _oauth(self, callback: str) -> OAuth2Client:
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret,
            scope=_SCOPE,
            redirect_uri=callback,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
        )


def _failed(error: Exception) -> AccessRefusedError:
    # What the provider said is for the log (the cause); it may hold tokens, and says nothing to a user.
    return AccessRefusedError("oidc_failed", status=502, why=type(error).__name__)
