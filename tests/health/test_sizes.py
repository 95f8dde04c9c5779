"""Short files and short functions: what does not fit on a screen is not understood at once."""

from statistics import median

from tests.health.tree import PRODUCT, ROOT, files, functions, length, sources, text

FILE_LINES = 400
FUNCTION_LINES = 60
MEDIAN_LINES = 10
FILE_BYTES = 3_000_000


def test_no_python_file_is_longer_than_400_lines() -> None:
    long = {str(path): count for path in files(".py") if (count := len(text(path).splitlines())) > FILE_LINES}
    assert not long, f"split by stage or by noun: {long}"


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{path}:{function.lineno} {function.name} has {length(function)} lines"
        for path in files(".py")
        for function in functions(path)
        if length(function) > FUNCTION_LINES
    ]
    assert not long, "\n".join(["give the steps names:", *long])


def test_the_median_function_has_at_most_10_lines() -> None:
    lengths = [length(function) for path in sources(*PRODUCT) for function in functions(path)]
    assert lengths
    assert median(lengths) <= MEDIAN_LINES


def test_no_file_is_larger_than_3_megabytes() -> None:
    large = {str(path): size for path in files() if (size := (ROOT / path).stat().st_size) > FILE_BYTES}
    assert not large, f"reference data belongs beside the repository: {large}"
