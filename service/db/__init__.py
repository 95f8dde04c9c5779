"""Storage: tables (columns only), the mapping to validated objects, queries, and migrations."""
