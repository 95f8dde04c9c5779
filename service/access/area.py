"""Where a right holds: one department or all, one region with everything below it or all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CODE_LENGTH: Final = 6
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Area:
    """A department (None: all) within a region (six digits of GB/T 2260; None: all)."""

    department: str | None = None
    region: str | None = None

    @property
    def prefix(self) -> str:
        """The digits that every region inside shares: "2102" for 210200, "" for everywhere."""
        code = self.region or ""
        while code.endswith("00"):
            code = code[:-_PAIR]
        return code

    @property
    def bounds(self) -> tuple[str, str]:
        """First and last code of the regions inside; text comparison is all a database needs."""
        return self.prefix.ljust(CODE_LENGTH, "0"), self.prefix.ljust(CODE_LENGTH, "9")

    def holds(self, department: str | None, region: str | None) -> bool:
        """Whether what belongs to a department and a region lies inside; None belongs to nobody in particular."""
        in_department = self.department is None or self.department == department
        return in_department and (self.prefix == "" or (region or "").startswith(self.prefix))

    def covers(self, other: Area) -> bool:
        """Whether everything inside another area is inside this one."""
        in_department = self.department is None or self.department == other.department
        return in_department and other.prefix.startswith(self.prefix)


EVERYWHERE: Final = Area()
