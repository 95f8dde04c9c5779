"""Shared words of the trade: citations, days, money, identifiers, errors.

The package imports nothing of ours and reads neither the clock nor the environment; every
module is cheap to import and opens its data files only when they are first asked for.
"""
