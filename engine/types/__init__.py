"""The words of the house: frozen values that travel from a channel post to a fill and back.

Money, prices and quantities are ``Decimal``; quantities are in base units (one bitcoin, one euro, one
ounce), never in contracts or lots. Every time is aware UTC. Enum values are stable strings: they are
stored in the database.
"""

from __future__ import annotations

from engine.types.channels import ChannelRules as ChannelRules
from engine.types.channels import Lesson as Lesson
from engine.types.channels import Part as Part
from engine.types.channels import SameSignal as SameSignal
from engine.types.decisions import DayReport as DayReport
from engine.types.decisions import Exposure as Exposure
from engine.types.decisions import Plan as Plan
from engine.types.decisions import PlannedOrder as PlannedOrder
from engine.types.decisions import Refusal as Refusal
from engine.types.funding import FundedAccount as FundedAccount
from engine.types.funding import FundingPayment as FundingPayment
from engine.types.funding import Move as Move
from engine.types.market import Account as Account
from engine.types.market import Instrument as Instrument
from engine.types.market import Quote as Quote
from engine.types.orders import ExecutionReport as ExecutionReport
from engine.types.orders import Fill as Fill
from engine.types.orders import Holding as Holding
from engine.types.orders import Listed as Listed
from engine.types.orders import Order as Order
from engine.types.orders import OrderRequest as OrderRequest
from engine.types.orders import PaperBook as PaperBook
from engine.types.orders import PaperOrder as PaperOrder
from engine.types.people import Checkup as Checkup
from engine.types.people import Connection as Connection
from engine.types.people import Execution as Execution
from engine.types.people import Instruction as Instruction
from engine.types.people import KeyReport as KeyReport
from engine.types.people import Preset as Preset
from engine.types.people import SharedChannel as SharedChannel
from engine.types.people import Source as Source
from engine.types.people import User as User
from engine.types.positions import Action as Action
from engine.types.positions import ClosePart as ClosePart
from engine.types.positions import MoveStop as MoveStop
from engine.types.positions import Position as Position
from engine.types.positions import Rung as Rung
from engine.types.positions import Track as Track
from engine.types.signals import Amendment as Amendment
from engine.types.signals import Amendments as Amendments
from engine.types.signals import Claim as Claim
from engine.types.signals import Entries as Entries
from engine.types.signals import Entry as Entry
from engine.types.signals import EntryPoint as EntryPoint
from engine.types.signals import Level as Level
from engine.types.signals import Noise as Noise
from engine.types.signals import Post as Post
from engine.types.signals import Reading as Reading
from engine.types.signals import SeenPost as SeenPost
from engine.types.signals import Signal as Signal
from engine.types.signals import Target as Target
from engine.types.signals import Unclear as Unclear
from engine.types.words import ZERO as ZERO
from engine.types.words import ActionKind as ActionKind
from engine.types.words import ClosedReason as ClosedReason
from engine.types.words import Direction as Direction
from engine.types.words import ExecutionStatus as ExecutionStatus
from engine.types.words import LevelKind as LevelKind
from engine.types.words import MarginMode as MarginMode
from engine.types.words import MessageStatus as MessageStatus
from engine.types.words import OrderState as OrderState
from engine.types.words import OrderType as OrderType
from engine.types.words import PositionStatus as PositionStatus
from engine.types.words import Protection as Protection
from engine.types.words import Role as Role
from engine.types.words import SourceMode as SourceMode
from engine.types.words import TimeInForce as TimeInForce
from engine.types.words import TradingState as TradingState
