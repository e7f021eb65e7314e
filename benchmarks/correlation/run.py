"""Storms with known causes through the hub's own triage: how well its groups meet the causes.

`uv run python benchmarks/correlation/run.py [--seeds 5] [--shape NAME]`
"""

import argparse
import asyncio
import random
import sys
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent))

from grouping import fixed_key_groups, hub_groups
from scores import Score, score
from shapes import SHAPES
from topology import make_platform


async def storm(name: str, seed: int) -> tuple[Score, Score, int]:
    """One storm: the hub's score, that of fixed keys, and the number of incidents."""
    rng = random.Random(f"{name} {seed}")
    platform = make_platform(rng)
    signals = sorted(SHAPES[name](rng, platform), key=lambda one: one.at)
    true = [one.cause for one in signals]
    found = await hub_groups(signals, platform)
    return score(found, true), score(fixed_key_groups(signals), true), len(signals)


async def main() -> None:
    """Print a line a shape, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--shape", choices=sorted(SHAPES))
    asked = parser.parse_args()
    names = [asked.shape] if asked.shape else list(SHAPES)
    print(f"{'shape':28} {'n':>4} {'prec':>6} {'recall':>6} {'F1':>6} {'ARI':>6} | {'F1 of fixed keys':>16}")
    hub: list[Score] = []
    fixed: list[Score] = []
    for name in names:
        got = [await storm(name, seed) for seed in range(asked.seeds)]
        mine, theirs = [one for one, _, _ in got], [other for _, other, _ in got]
        hub += mine
        fixed += theirs
        size = mean(n for _, _, n in got)
        print(f"{name:28} {size:4.0f} {_row(mine)} | {mean(s.f1 for s in theirs):16.2f}")
    print(f"{'mean':28}      {_row(hub)} | {mean(s.f1 for s in fixed):16.2f}")
    ratio = mean(s.f1 for s in hub) / mean(s.f1 for s in fixed)
    print(f"F1 is {ratio:.2f} times that of fixed keys; goals: F1 0.85, 1.5 times, precision never under 0.9")


def _row(scores: list[Score]) -> str:
    parts = (mean(getattr(one, field) for one in scores) for field in ("precision", "recall", "f1", "rand"))
    return " ".join(f"{part:6.2f}" for part in parts)


if __name__ == "__main__":
    asyncio.run(main())
