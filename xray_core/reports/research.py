"""What everything says that leaves the tool or shows an answer."""

RESEARCH_ONLY = "Research only, not a diagnosis."
