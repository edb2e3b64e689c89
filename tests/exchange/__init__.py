"""An exchange of our own for the tests: one matching core with its own SQLite, in the dialects of real venues.

``core.Exchange`` is the venue (accounts, orders, positions, prices), ``server.serve`` puts it on a local port, a
dialect (``binance``, ``bybit``) turns requests into calls of the core, ``faults.FaultScript`` says what goes wrong.
"""
