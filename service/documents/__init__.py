"""Drafts of documents from a decided case: Word from templates staff can edit, and PDF from the Word text."""
