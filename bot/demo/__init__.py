"""The demonstration: a small world of people and a channel, a lively paper market, and a recorded day."""
