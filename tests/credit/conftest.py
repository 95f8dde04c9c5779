"""What the suites of credit repair share: one catalogue, one checker with its second opinion."""

import pytest

from credit.eligibility import Checker
from tests.credit.casefiles import checker_with


@pytest.fixture(scope="session")
def checker() -> Checker:
    """The checker of the delivered catalogue; kept open for the whole run."""
    return checker_with(())
