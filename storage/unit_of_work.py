"""One transaction as its repositories: ``unit.orders.add(...)``. Built in a moment, valid until the commit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from engine.ports import Clock
from storage.repositories.accounts import Accounts
from storage.repositories.analytics import Analytics
from storage.repositories.audit import Audit
from storage.repositories.buttons import Buttons
from storage.repositories.channels import Channels
from storage.repositories.connections import Connections
from storage.repositories.credentials import Credentials
from storage.repositories.deliveries import Deliveries
from storage.repositories.dialogues import Dialogues
from storage.repositories.executions import Executions
from storage.repositories.funding import Funding
from storage.repositories.inbox import Inbox
from storage.repositories.inlets import Inlets
from storage.repositories.messages import Messages
from storage.repositories.orders import Orders
from storage.repositories.outbox import Outbox
from storage.repositories.paper import Paper
from storage.repositories.people import People
from storage.repositories.positions import Positions
from storage.repositories.signals import Signals
from storage.repositories.sources import Sources
from storage.repositories.trades import Trades
from storage.repositories.users import Users


@dataclass(frozen=True)
class UnitOfWork:
    """Everything the engine (``engine.ports.Tx``) and the bot (``bot.ports.BotTx``) may do in a transaction."""

    connection: Connection
    clock: Clock

    @cached_property
    def users(self) -> Users:
        return Users(self.connection, self.clock)

    @cached_property
    def connections(self) -> Connections:
        return Connections(self.connection, self.clock)

    @cached_property
    def credentials(self) -> Credentials:
        return Credentials(self.connection, self.clock)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self.connection, self.clock)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self.connection, self.clock)

    @cached_property
    def signals(self) -> Signals:
        return Signals(self.connection, self.clock)

    @cached_property
    def executions(self) -> Executions:
        return Executions(self.connection, self.clock)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.connection, self.clock)

    @cached_property
    def positions(self) -> Positions:
        return Positions(self.connection, self.clock)

    @cached_property
    def funding(self) -> Funding:
        return Funding(self.connection, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection, self.clock)

    @cached_property
    def analytics(self) -> Analytics:
        return Analytics(self.connection, self.clock)

    @cached_property
    def paper(self) -> Paper:
        return Paper(self.connection, self.clock)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.connection, self.clock)

    @cached_property
    def inlets(self) -> Inlets:
        return Inlets(self.connection, self.clock)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.connection, self.clock)

    @cached_property
    def people(self) -> People:
        return People(self.connection, self.clock)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.connection, self.clock)

    @cached_property
    def channels(self) -> Channels:
        return Channels(self.connection, self.clock)

    @cached_property
    def trades(self) -> Trades:
        return Trades(self.connection, self.clock)

    @cached_property
    def buttons(self) -> Buttons:
        return Buttons(self.connection, self.clock)

    @cached_property
    def dialogues(self) -> Dialogues:
        return Dialogues(self.connection, self.clock)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.connection, self.clock)
