"""Passwords: how they are kept, and what they have to be."""

from __future__ import annotations

import secrets
import string
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from service.access.errors import AccessRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.access.policy import PasswordPolicy

LONGEST: Final = 128
_HASHER: Final = PasswordHasher()
"""argon2id with the memory-constrained parameters of RFC 9106: 64 MiB, three passes, four lanes."""
_REST: Final = 6
"""Characters that have to be left when everything easy to guess is taken out."""
_REPEAT: Final = 4
_NAME_LETTERS: Final = 4
_NAME_SIGNS: Final = 2
_MOST_CLASSES: Final = 4
_LOOK_ALIKES: Final = str.maketrans("013457@$!", "oleastasi")
_MADE_LENGTH: Final = 16
_MADE_LETTERS: Final = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


def hash_password(password: str) -> str:
    """The argon2id hash, with salt and parameters in it."""
    return _HASHER.hash(_normal(password))


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def verify(hashed: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long where there is none: names cannot be found out by waiting."""
    if len(password) > LONGEST:
        return False
    try:
        _HASHER.verify(hashed or _decoy(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(hashed)


def make_password() -> str:
    """A password nobody has thought of, easy to read out: 95 random bits of letters and digits, in four groups."""
    while True:
        letters = "".join(secrets.choice(_MADE_LETTERS) for _ in range(_MADE_LENGTH))
        made = "-".join(letters[at : at + 4] for at in range(0, _MADE_LENGTH, 4))
        if len(_classes(made)) == _MOST_CLASSES and not _is_repetitive(made):
            return made


def check_password(password: str, policy: PasswordPolicy, names: Iterable[str], old: Iterable[str] = ()) -> None:
    """AccessRefusedError (422) where a new password may not be used.

    ``names``: login and name of the user, which it must not contain; ``old``: hashes it must not match.
    """
    if not policy.min_length <= len(password) <= LONGEST:
        raise _refused("password_length", least=policy.min_length, most=LONGEST)
    if len(_classes(password)) < policy.classes:
        raise _refused("password_classes", least=policy.classes)
    if any(_is_telling(name) and name.lower() in password.lower() for name in names):
        raise _refused("password_has_name")
    if _is_repetitive(password) or len(_without_stems(password)) < _REST:
        raise _refused("password_common")
    if any(verify(one, password) for one in old):
        raise _refused("password_old", count=policy.history)


def _is_telling(name: str) -> bool:
    """Whether a name is long enough that it stands in a password on purpose."""
    return len(name) >= (_NAME_LETTERS if name.isascii() else _NAME_SIGNS)


def _refused(code: str, **params: object) -> AccessRefusedError:
    return AccessRefusedError(code, status=422, **params)


def _normal(password: str) -> str:
    """One spelling of every text (NIST SP 800-63B 3.1.1.2): keyboards differ."""
    return unicodedata.normalize("NFKC", password)


def _classes(password: str) -> set[str]:
    return {_class(one) for one in password}


def _class(one: str) -> str:
    """Kind of a character; Chinese and other letters without case count with the marks."""
    if one.islower():
        return "lower"
    if one.isupper():
        return "upper"
    return "digit" if one.isdigit() else "other"


def _is_repetitive(password: str) -> bool:
    return any(len(set(password[at : at + _REPEAT])) == 1 for at in range(len(password) - _REPEAT + 1))


def _without_stems(password: str) -> str:
    """What is left when common parts are taken out, as they stand and with look-alikes undone."""
    left = password.lower()
    for stem in _stems():
        left = left.replace(stem, "")
    undone = left.translate(_LOOK_ALIKES)
    for stem in _stems():
        undone = undone.replace(stem, "")
    return undone


@cache
def _stems() -> tuple[str, ...]:
    found = read_yaml(read_text("common.yaml", "service.access"), "service/access/common.yaml")
    stems: list[str] = found["stems"]  # type: ignore[index]  # a file of ours; a test reads it
    return tuple(sorted(stems, key=len, reverse=True))
