"""Errors of the service itself: wrong usage of a command, and requests that HTTP refuses."""

from __future__ import annotations

import errno
import re
from typing import ClassVar, Final

from kernel.errors import RefusedError, XinhengError


class UsageError(XinhengError):
    """A command was called in a wrong way, or a file named on the command line is not there."""

    code: ClassVar[str] = "usage"
    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 2

    def __init__(self, code: str = "usage", **params: object) -> None:
        """``code`` names the message; the default says ``why`` and points to the ``command``."""
        super().__init__(**params)
        self._take_code(code)


_REASONS: Final = {
    errno.ENOENT: "没有这个文件夹或者文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许",
    errno.EROFS: "文件系统是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件过大",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.ENOMEM: "内存不足",
    errno.EIO: "读写设备出错",
    errno.EADDRINUSE: "端口已被占用",
}


_OF_POLARS: Final = re.compile(r"\(os error (\d+)\)")
"""How polars writes the number of a system error into its own."""
_OF_THE_MACHINE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EMFILE, errno.EIO})


def reason(error: BaseException) -> str:
    """Why the system refused, in Chinese where we have the words."""
    known = _REASONS.get(_number(error))
    return known or (isinstance(error, OSError) and error.strerror) or str(error)


def machine_trouble(error: BaseException) -> str | None:
    """The reason where the disk or the machine has failed, not the program: a full disk, for instance."""
    return reason(error) if _number(error) in _OF_THE_MACHINE else None


def _number(error: BaseException) -> int:
    if isinstance(error, OSError) and error.errno:
        return error.errno
    found = _OF_POLARS.search(str(error))
    return int(found[1]) if found else 0


class StateError(RefusedError):
    """The act is not possible in the present state of things; the message says which."""

    status: ClassVar[int] = 409

    def __init__(self, code: str, **params: object) -> None:
        """``code`` names the message."""
        super().__init__(**params)
        self._take_code(code)


class HttpError(XinhengError):
    """A request that never reaches our data: unknown address, wrong method, wrong type, too large."""

    exit_code: ClassVar[int] = 3

    def __init__(self, status: int, code: str, **params: object) -> None:
        """``status`` is the HTTP status, ``code`` names the message."""
        super().__init__(**params)
        self._take_code(code)
        vars(self)["status"] = status
