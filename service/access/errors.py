"""Refusals about identity and rights."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import RefusedError


class PermissionDeniedError(RefusedError):
    """Somebody known lacks a right; parameters: ``permission`` (its code) and ``title``."""

    code: ClassVar[str] = "permission_denied"
    status: ClassVar[int] = 403


class OutOfAreaError(RefusedError):
    """The row belongs to a department or region outside of the actor's; told as if it were not there."""

    code: ClassVar[str] = "out_of_area"
    status: ClassVar[int] = 404


class LoginRequiredError(RefusedError):
    """Nobody is logged in, or not any more; ``code`` says why."""

    code: ClassVar[str] = "login_required"
    status: ClassVar[int] = 401

    def __init__(self, code: str = "login_required", **params: object) -> None:
        """``code`` names the message."""
        super().__init__(**params)
        self._take_code(code)


class AccessRefusedError(RefusedError):
    """A password, code, token or form was not accepted; ``code`` says which and what to do."""

    def __init__(self, code: str, *, status: int = 403, **params: object) -> None:
        """``code`` names the message, ``status`` is the HTTP status."""
        super().__init__(**params)
        self._take_code(code)
        vars(self)["status"] = status
