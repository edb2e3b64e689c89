"""Families of messages, tried in this order. A new one is a file here and its line in ``FORMATS``.

``sheet`` is asked before all of them, and before chatter is turned away, because it is the fastest.
"""

from engine.signals.formats import amendments, channel, machine, replaced

FORMATS = (machine.read, amendments.read_changed, replaced.read, channel.read, amendments.read)
