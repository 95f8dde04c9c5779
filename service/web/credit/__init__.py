"""Pages of the credit desk: 待办, records, repairs, registers, reminders, figures; and the public calculator."""
