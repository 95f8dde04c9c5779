"""Credit repair: from a record to an answer, its clocks and its workflow.

``records`` → ``regime`` → ``classes`` and ``periods`` → ``eligibility`` → ``deadlines`` →
``workflow``. Everything is pure: the catalogue release, the record and the day are arguments.
"""

from kernel.messages import register

register("credit")
