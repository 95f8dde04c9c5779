"""Reports on scoring as pages of their own: everything within one file, printable."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from supervision.monitoring import SHIFTED, STABLE


def percent(share: float | None) -> str:
    """``12.3%``, or a dash."""
    return "—" if share is None else f"{share:.1%}"


def figure(value: float | None) -> str:
    """Three places, or a dash."""
    return "—" if value is None else f"{value:.3f}"


def drift_word(value: float) -> str:
    """What a stability index says."""
    if value < STABLE:
        return "稳定"
    return "明显漂移" if value >= SHIFTED else "需要查看"


def render(template: str, **context: object) -> str:
    """Fill a template of this package."""
    environment = Environment(
        loader=PackageLoader("service.scoring", "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {"percent": percent, "figure": figure, "drift": drift_word}
    return environment.get_template(template).render(stable=STABLE, shifted=SHIFTED, **context)


Document = dict[str, Any]
