"""Everything about access that one process keeps: settings, who is who, logging in, the identity provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.access.identity import Identities
from service.access.login import Logins
from service.access.oidc import Provider
from service.access.signon import SignOn
from service.access.vault import Vault
from service.storage import data_folder

if TYPE_CHECKING:
    from service.access.policy import AccessSettings
    from service.settings import Settings
    from service.work import Works

KEY: Final = "secret.key"


@dataclass(frozen=True, slots=True)
class Access:
    """What routes ask for; ``sign_on`` None: no login by an identity provider."""

    settings: AccessSettings
    identities: Identities
    logins: Logins
    vault: Vault
    sign_on: SignOn | None

    @classmethod
    def open(cls, settings: Settings, works: Works) -> Access:
        """Put together what the settings say; the key file is made at the first start."""
        own = settings.access
        vault = Vault.open(own.secret_file or data_folder(settings) / KEY)
        logins = Logins(works, own, vault)
        sign_on = SignOn(logins, Provider(own.oidc, own.public_url)) if own.oidc else None
        return cls(own, Identities(works.database, own), logins, vault, sign_on)

    def close(self) -> None:
        """Close connections to the identity provider."""
        if self.sign_on is not None:
            self.sign_on.provider.close()
