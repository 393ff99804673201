"""Times of inference that nobody has measured."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dgviz.compaction.executors.executor import EXECUTORS
from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.speed.measurement import MOST_TIMES, Measurement, Timing
from dgviz.compaction.speed.ratio_sweep import RatioPoint, RatioSweep


def timed(
    seconds: dict[str, float], batch: int = 1, threads: int = 1, spread: float = 0.02
) -> list[Timing]:
    """Times whose quartiles lie `spread` of them below and above."""
    dense = seconds["dense"]
    return [
        Timing(
            name,
            batch,
            threads,
            *(one, one * (1 - spread), one * (1 + spread)),
            *(dense / one, dense / one * (1 - spread), dense / one * (1 + spread)),
        )
        for name, one in seconds.items()
    ]


def ratio_sweep(**changes: Any) -> RatioSweep:
    """Times at r 0.5, 0.1 and 0.02, of which CSR has half of the time at each next ratio."""
    points = []
    for at, ratio in enumerate((0.5, 0.1, 0.02)):
        csr = 40e-6 / 2**at
        times = {"dense": 20e-6, "inked": 12e-6, "compact": 15e-6, "csr-torch": csr}
        one = measured(
            *timed(times),
            *timed(times, 1000, 2),
            recipe=Recipe(tau=0.2 + 0.1 * at),
            pruned_connections=round(ratio * 203_264),
            **changes,
        )
        points.append(RatioPoint(0.98 - 0.01 * at, 0.97 - 0.01 * at, one))
    return RatioSweep(tuple(points))


def full_measurement(**changes: Any) -> Measurement:
    """A measurement with as many times as one may have, and with long numbers."""
    times = dict.fromkeys(EXECUTORS, 1e-4 / 3)
    settings = [(10_000 - n, 128) for n in range(MOST_TIMES // len(times))]
    return measured(*(one for of in settings for one in timed(times, *of, spread=1 / 7)), **changes)


def measured(*timings: Timing, **changes: Any) -> Measurement:
    names = dict.fromkeys(one.executor for one in timings)
    facts: dict[str, Any] = {
        "run": "0123456789ab",
        "step": 20,
        "recipe": AS_TRAINED,
        "created": datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
        "widths": (784, 256, 10),
        "pruned_widths": (474, 211, 10),
        "connections": 203_264,
        "pruned_connections": 8_187,
        "images": 10_000,
        "tolerance": 1e-5,
        "differences": dict.fromkeys(names, 1e-7),
        "excluded": {"fan-in": "numba is not installed."},
        "rounds": 15,
        "seconds_a_turn": 0.02,
        "hardware": {"cpu": "a CPU", "cores": 2, "device": "cpu", "threads": 2},
        "versions": {"python": "3.11.7", "torch": "2.13.0", "dgviz": "0.1.0"},
    }
    return Measurement(timings=timings, **(facts | changes))
