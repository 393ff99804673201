"""Sentences about the results of a faithfulness test."""

from __future__ import annotations

from dgviz.formatting import count, duration
from dgviz.runs.faithfulness.findings import RANKINGS, Curves, Findings
from dgviz.runs.record import Record

HOW = {
    "retention": "most active connections first",
    "path": "largest weight along active paths to the classes first",
    "gradient": "largest mean |gradient × pixel| of the dense baseline first",
    "ink": "brightest in the training images first; needs no network",
    "random": "mean of {draws} draws, ± one standard deviation",
}

ALL_ACTIVE = (
    "This method takes no connection away: every connection of every pixel is active, so their "
    "number cannot rank the pixels. Path weight takes its place: for each path from the pixel "
    "through a hidden unit to a class, the product of the absolute values of its two weights, "
    "summed over all paths."
)

EQUAL_COUNTS = (
    "All pixels that are not always blank have the same number of active connections, so this "
    "number cannot rank them. Path weight takes its place."
)

_RANKED = {
    "retention": "by active connections",
    "path": "by path weight",
    "gradient": "by the dense baseline's gradient",
    "ink": "by ink",
    "random": "at random",
}
"""How pixels are ranked: the end of "ranking pixels …"."""


def rows(findings: Findings) -> list[tuple[str, str, str, str]]:
    """For each ranking its title, its definition, its deletion area and its insertion area."""
    return [
        (
            RANKINGS[curves.ranking],
            HOW[curves.ranking].format(draws=findings.draws),
            _area(curves.deletion_area, curves.deletion_area_spread),
            _area(curves.insertion_area, curves.insertion_area_spread),
        )
        for curves in findings.curves
    ]


def noise(findings: Findings) -> float:
    """The difference below which two areas count as equal."""
    # For one image, the areas of two rankings differ with a standard deviation of up to 0.26 on
    # MNIST. So this is about 2.7 standard errors of the mean: 0.0099 for 5,000 images.
    return float(0.7 / findings.images**0.5)


def verdict(findings: Findings) -> list[str]:
    """How active connections, or path weight if all are active, compare with other rankings."""
    ours = findings.of("retention") or findings.of("path")
    if ours is None:
        return []
    rivals = [c for c in map(findings.of, ("random", "ink", "gradient")) if c]
    sentences = [_comparison_text(ours, rival, noise(findings)) for rival in rivals]
    sentences += _share_of_ink(ours, findings)
    if not findings.counts_differ:
        sentences.insert(0, EQUAL_COUNTS)
    if findings.baseline_problem:
        sentences.append(
            f"{findings.baseline_problem} Without one there is no gradient to compare with: train "
            "the dense baseline, then run the test again."
        )
    return sentences


def caveats(findings: Findings) -> list[str]:
    """The limits of the test."""
    blank = (
        f"{count(findings.always_zero)} of the {count(findings.pixels)} pixels are always blank in "
        "training"
    )
    last = (
        "They come last in every ranking except the random one, which is worse for that reason "
        "too: the comparison with ink is fairer."
    )
    if findings.counts_differ:
        sentences = [
            f"Active connections do not measure importance. {blank}: no error ever reaches "
            f"their connections, so whether these are active says nothing about importance. {last}",
            "A pixel can have many active connections of tiny weight, or a few that decide "
            "everything.",
        ]
    else:
        sentences = [f"{blank}. {last}"]
    sentences += [
        "Neighbouring pixels carry similar information: the network may do without one of them, "
        "but not without all, and a ranking cannot show this.",
        "Images without some of their pixels are unlike any in training: a part of the fall in "
        "accuracy comes from that, and not from the pixels that are missing.",
    ]
    if findings.of("gradient"):
        sentences.append(
            "The gradient is computed on the images of this test, which the other rankings have "
            "never seen."
        )
    sentences.append("This is one network of one seed. Another seed finds other weights.")
    return sentences


def circumstances(findings: Findings) -> str:
    """The conditions of the test, in one line."""
    return (
        f"{count(findings.images)} validation images, checkpoint of step {count(findings.step)} "
        f"(epoch {findings.epoch:.4g}), seed {findings.seed}, {duration(findings.seconds)} on "
        f"{_machine(findings)}"
    )


def reading(findings: Findings) -> str:
    """How to read the table of areas."""
    return (
        "from 0 to 1; lower is better in deletion, higher in insertion; differences below "
        f"{noise(findings):.3f} are noise"
    )


def stale(findings: Findings, record: Record, baseline: Record | None) -> str:
    """Why the test should be run again, or ""."""
    if record.card is not None and findings.step != record.step:
        return (
            f"These results are from step {count(findings.step)}, and the run is now at step "
            f"{count(record.step)}: run the test again."
        )
    if baseline and not findings.baseline:
        return "The dense baseline has been trained since: run the test again to compare with it."
    return ""


def _machine(findings: Findings) -> str:
    hardware = findings.hardware
    versions = ", ".join(f"{name} {number}" for name, number in findings.versions.items())
    return (
        f"{hardware['threads']} thread of {hardware['cpu']}, {hardware['cores']} cores; {versions}"
    )


def _area(mean: float, spread: float) -> str:
    return f"{mean:.3f} ± {spread:.3f}" if spread else f"{mean:.3f}"


def _comparison_text(ours: Curves, rival: Curves, noise: float) -> str:
    """A sentence that compares two rankings by their areas."""
    deletion_noise = max(noise, 2 * rival.deletion_area_spread)
    insertion_noise = max(noise, 2 * rival.insertion_area_spread)
    deletion = _sign(rival.deletion_area - ours.deletion_area, deletion_noise)
    insertion = _sign(ours.insertion_area - rival.insertion_area, insertion_noise)
    name, other = _RANKED[ours.ranking], _RANKED[rival.ranking]
    match sorted((deletion, insertion)):
        case [0, 0]:
            text = f"Ranking pixels {name} is neither better nor worse than ranking them {other}"
        case [0, 1] | [1, 1]:
            text = f"Ranking pixels {name} is better than ranking them {other}"
        case [-1, 0] | [-1, -1]:
            text = f"Ranking pixels {name} is worse than ranking them {other}"
        case _:
            text = f"The two tests disagree on ranking pixels {name} or {other}"
    if deletion != insertion and deletion * insertion == 0:
        text += f", in the {'deletion' if deletion else 'insertion'} test only"
    return (
        f"{text} (deletion area {ours.deletion_area:.3f} against {rival.deletion_area:.3f}, "
        f"insertion area {ours.insertion_area:.3f} against {rival.insertion_area:.3f})."
    )


def _share_of_ink(ours: Curves, findings: Findings) -> list[str]:
    """How much of the advantage over random comes from ink alone."""
    random, ink = findings.of("random"), findings.of("ink")
    if not random or not ink:
        return []
    lead = random.deletion_area - ours.deletion_area
    gained = random.deletion_area - ink.deletion_area
    significant = max(noise(findings), 2 * random.deletion_area_spread)
    if lead <= significant or not 0 < gained < lead:
        return []
    return [
        f"In deletion, ink alone has {gained / lead:.0%} of the advantage of "
        f"{RANKINGS[ours.ranking]} over random: that part only tells where there is ink."
    ]


def _sign(gain: float, noise: float) -> int:
    """1 for a gain, -1 for a loss, 0 where it is within the noise."""
    return 1 if gain > noise else -1 if gain < -noise else 0
