"""The REST door: parses, calls one verb or some queries, answers."""
