"""What a transaction of the desk sets in motion once it is durable."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.ports import Tx
from engine.types import Amendment, Claim, Execution, Instruction


@dataclass(slots=True, kw_only=True)
class Taken:
    """Executions to start, instructions to carry out, and the channels whose late signals are to be offered."""

    executions: list[Execution] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    late: set[int] = field(default_factory=set)

    def instruct(self, tx: Tx, claim: Claim, execution: Execution, steps: tuple[Amendment, ...], key: str) -> None:
        """Write the instruction down with its message before anybody acts on it."""
        instruction = Instruction(message_row_id=claim.row_id, execution=execution, steps=steps, key=key)
        tx.messages.owe(instruction)
        self.instructions.append(instruction)
