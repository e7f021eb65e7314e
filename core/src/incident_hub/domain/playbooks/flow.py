"""The ways through a sequence of steps: where each can lead, and whether one leads back."""

from collections.abc import Sequence

from incident_hub.domain.playbooks.model import CONTINUE, Step, goto_of

__all__ = ["cycle", "ways"]


def ways(steps: Sequence[Step], index: int) -> list[int]:
    """The places of the steps that may come after this one; a goto that names none of them leads nowhere."""
    places = {step.id: place for place, step in enumerate(steps)}
    step, found = steps[index], []
    if (CONTINUE in (step.on_success, step.on_failure) or step.if_) and index + 1 < len(steps):
        found.append(index + 1)
    names = (goto_of(step.on_success), goto_of(step.on_failure))
    return [*found, *(places[name] for name in names if name in places)]


def cycle(steps: Sequence[Step]) -> list[str] | None:
    """The ids on a way that comes back to where it was; None: there is none, so every run ends."""
    trail: list[int] = []
    done: set[int] = set()

    def visit(node: int) -> list[int] | None:
        if node in trail:
            return [*trail[trail.index(node) :], node]
        if node in done:
            return None
        trail.append(node)
        for onward in ways(steps, node):
            if (found := visit(onward)) is not None:
                return found
        done.add(trail.pop())
        return None

    for start in range(len(steps)):
        if (found := visit(start)) is not None:
            return [steps[place].id for place in found]
    return None
