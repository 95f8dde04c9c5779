"""Raw records and how columns are derived from them, as data."""
