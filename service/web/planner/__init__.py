"""Pages of the planning desk: libraries, plans, draws, tasks, figures."""
