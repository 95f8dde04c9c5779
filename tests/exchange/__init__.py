"""The Excel tables of the lists: words, workbook, import, drafts."""
