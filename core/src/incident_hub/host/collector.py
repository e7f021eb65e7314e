"""The garbage collector of a process that runs for long."""

import gc

__all__ = ["calm_collector"]

_THRESHOLDS = (20_000, 20, 20)


def calm_collector() -> None:
    """Spare the collector what lives as long as the process, and let it look less often.

    A batch of incidents makes thousands of objects that all live until it is written; the usual
    threshold of 700 has the collector walk over them again and again, and find nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
