"""Draws in the service: from the draft to the publication, each step by the time line (:mod:`supervision.ceremony`)."""

from kernel import messages

messages.register("service", "draw_messages_zh.yaml")
