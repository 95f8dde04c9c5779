"""The lists as Excel: written for people who know tables, read back without loss.

Stages: :mod:`grid` (cells of any workbook) → :mod:`tables` (rows under known headings) → documents of
the catalogue (:mod:`items`, :mod:`violations`, :mod:`sources`) → :mod:`importing` (check, compare,
preview) → :mod:`store` (write). :mod:`workbook` writes the table; :mod:`marking` hands a workbook
back with its errors marked.
"""

from kernel.messages import register

register("service.exchange")
