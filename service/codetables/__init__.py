"""Every table of codes that the software uses, shown one like the other: code, words, dates, source, who keeps it."""
