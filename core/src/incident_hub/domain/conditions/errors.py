"""What is wrong with a condition, and where."""

__all__ = ["ConditionError"]


class ConditionError(ValueError):
    """The text is no condition. `line` and `column` count from 1; both are 0 where no place is to blame."""

    def __init__(self, problem: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"line {line}, column {column}: {problem}" if line else problem)
        self.problem, self.line, self.column = problem, line, column
