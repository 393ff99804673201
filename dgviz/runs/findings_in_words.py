"""What a faithfulness test has found, in sentences that follow from its figures."""

from __future__ import annotations

from dgviz.runs.findings import ORDERS, Curves, Findings
from dgviz.runs.record import Record
from dgviz.runs.wording import count, duration

HOW = {
    "retention": "most connections kept first",
    "path": "heaviest open paths to the classes first",
    "gradient": "largest mean |gradient × pixel| of the dense net first",
    "ink": "brightest in the training images first; knows no network",
    "random": "mean of {draws} draws, ± one standard deviation",
}

DENSE = (
    "A dense network keeps every connection of every pixel, so its retention tells no pixel from "
    "another; path weight stands in its place."
)

_SPOKEN = {**ORDERS, "gradient": "the dense net's gradient", "random": "a random order"}


def rows(findings: Findings) -> list[tuple[str, str, str, str]]:
    """Of each order: its name, how it is made, its deletion area and its insertion area."""
    return [
        (
            ORDERS[curves.order],
            HOW[curves.order].format(draws=findings.draws),
            _area(curves.deletion_area, curves.deletion_area_spread),
            _area(curves.insertion_area, curves.insertion_area_spread),
        )
        for curves in findings.curves
    ]


def noise(findings: Findings) -> float:
    """Areas that differ by less are called equal."""
    # The area under one image's curve differs between two orders with a standard deviation of up
    # to 0.26 on MNIST: this is some 2.7 standard errors of the mean, 0.0099 on 5,000 images.
    return float(0.7 / findings.images**0.5)


def verdict(findings: Findings) -> list[str]:
    """Whether retention, or path weight where nothing is gated, points at what matters."""
    ours = findings.of("retention") or findings.of("path")
    if ours is None:
        return []
    rivals = [c for c in map(findings.of, ("random", "ink", "gradient")) if c]
    told = [_against(ours, rival, noise(findings)) for rival in rivals]
    told += _share_of_ink(ours, findings)
    if not findings.gated:
        told.insert(0, DENSE)
    if findings.twin_problem:
        told.append(
            f"{findings.twin_problem} Without one there is no gradient to compare with: train the "
            "dense twin, then run the test again."
        )
    return told


def caveats(findings: Findings) -> list[str]:
    """What the test does not say."""
    blank = (
        f"{count(findings.always_zero)} of the {count(findings.pixels)} pixels are 0 in every "
        "training image"
    )
    last = (
        "They come last in every order but the random one, which is behind for that reason too: "
        "ink is the fairer rival."
    )
    if findings.gated:
        told = [
            f"Retention is not importance. {blank}: no error ever reaches their gates, and the "
            f"penalty alone closes them. {last}",
            "A pixel can keep many connections of tiny weight, or a few that decide everything.",
        ]
    else:
        told = [f"{blank}. {last}"]
    told += [
        "Neighbouring pixels stand in for one another: the network may do without any one of them "
        "and not without all, and an order cannot say so.",
        "Removing pixels makes images unlike any in training: some of the fall in accuracy is "
        "the strangeness of the image and not the loss of what was removed.",
    ]
    if findings.of("gradient"):
        told.append(
            "The gradient is taken on the very images of this test, and the other orders have "
            "never seen them."
        )
    told.append("It is one network of one seed: another seed finds other weights.")
    return told


def circumstances(findings: Findings) -> str:
    """What the figures were measured on, in one line."""
    return (
        f"{count(findings.images)} validation images, checkpoint of step {count(findings.step)} "
        f"(epoch {findings.epoch:.4g}), seed {findings.seed}, {duration(findings.seconds)} on "
        f"{_machine(findings)}"
    )


def reading(findings: Findings) -> str:
    """How the table of areas is to be read."""
    return (
        "0 to 1; small is good in deletion, large in insertion; differences under "
        f"{noise(findings):.3f} are noise"
    )


def stale(findings: Findings, record: Record, twin: Record | None) -> str:
    """Why the test is worth making again, or ""."""
    if record.card and findings.step != record.step:
        return (
            f"These findings are of step {count(findings.step)}, and the run has come to step "
            f"{count(record.step)} since: run the test again."
        )
    if twin and not findings.twin:
        return "The dense twin has been trained since: run the test again to compare with it."
    return ""


def _machine(findings: Findings) -> str:
    hardware = findings.hardware
    versions = ", ".join(f"{name} {number}" for name, number in findings.versions.items())
    return (
        f"{hardware['threads']} thread of {hardware['cpu']}, {hardware['cores']} cores; {versions}"
    )


def _area(mean: float, spread: float) -> str:
    return f"{mean:.3f} ± {spread:.3f}" if spread else f"{mean:.3f}"


def _against(ours: Curves, rival: Curves, noise: float) -> str:
    """Who is the better guide, and by which figures."""
    deletion_noise = max(noise, 2 * rival.deletion_area_spread)
    insertion_noise = max(noise, 2 * rival.insertion_area_spread)
    deletion = _sign(rival.deletion_area - ours.deletion_area, deletion_noise)
    insertion = _sign(ours.insertion_area - rival.insertion_area, insertion_noise)
    name, other = _SPOKEN[ours.order].capitalize(), _SPOKEN[rival.order]
    match sorted((deletion, insertion)):
        case [0, 0]:
            told = f"{name} is no better a guide than {other}, and no worse"
        case [0, 1] | [1, 1]:
            told = f"{name} is a better guide than {other}"
        case [-1, 0] | [-1, -1]:
            told = f"{name} is no better a guide than {other}: it is worse"
        case _:
            told = f"The two tests disagree about {_SPOKEN[ours.order]} and {other}"
    if deletion != insertion and deletion * insertion == 0:
        told += f", by the {'deletion' if deletion else 'insertion'} test only"
    return (
        f"{told} (deletion area {ours.deletion_area:.3f} against {rival.deletion_area:.3f}, "
        f"insertion area {ours.insertion_area:.3f} against {rival.insertion_area:.3f})."
    )


def _share_of_ink(ours: Curves, findings: Findings) -> list[str]:
    """How much of the lead over random is due to knowing where there is anything at all."""
    random, ink = findings.of("random"), findings.of("ink")
    if not random or not ink:
        return []
    lead = random.deletion_area - ours.deletion_area
    gained = random.deletion_area - ink.deletion_area
    significant = max(noise(findings), 2 * random.deletion_area_spread)
    if lead <= significant or not 0 < gained < lead:
        return []
    return [
        f"Ink alone goes {gained / lead:.0%} of the way from random to {ORDERS[ours.order]} in "
        f"deletion: that much of what {ORDERS[ours.order]} knows is where anything is drawn at all."
    ]


def _sign(gain: float, noise: float) -> int:
    """1 for a gain, -1 for a loss, 0 where it is within the noise."""
    return 1 if gain > noise else -1 if gain < -noise else 0
