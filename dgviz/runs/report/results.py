"""The results of a run: its curves, changes during training, and its gates at the end."""

from __future__ import annotations

from dgviz.charts import curves, gate_map, histogram, pixel_map, svg, thinning_text
from dgviz.data.catalogue import DATASETS
from dgviz.formatting import percent, plain, ratio
from dgviz.runs.drawing import run_curves
from dgviz.runs.events import event_summaries
from dgviz.runs.record import Record
from dgviz.runs.recorded_gates import RecordedGates, last_gates, last_pixels
from dgviz.runs.recorded_routing import last_routing
from dgviz.runs.report.markup import figure, sentence, table
from dgviz.settings import KNOBS, Settings

_MOST_CHANGES = 20


def training_curves(record: Record) -> str:
    drawn = run_curves(record)
    if not len(drawn.epoch):
        return sentence("There are no metrics to draw: the run's log is empty or damaged.")
    reached = record.figures.get("test_accuracy")
    text = f"Curves over {plain(round(drawn.epoch[-1], 1))} epochs: "
    text += f"test accuracy {percent(reached)}, active ratio {ratio(drawn.active_ratio[-1])}."
    caption = (
        "Above: accuracy on the test images, measured once an epoch and more often in the first; "
        "dotted: on the validation images, which are not trained on. Below: the share of "
        "connections that are active."
    )
    if drawn.marks:
        caption += " Triangles: a setting was changed, or the method changed the network."
    caption = f"{caption} {thinning_text([drawn])}".strip()
    return figure(svg(curves([drawn]), text), caption)


def changes(record: Record) -> str:
    """A table of the changes of knobs and of the events; many changes are summed up by knob."""
    changed = [entry for entry in record.changes() if entry["knob"] in record.courses]
    if not changed:
        return sentence("No setting was changed during training.") + _events(record)
    if len(changed) > _MOST_CHANGES:
        rows = [(c.knob.title, c.text) for c in record.courses.values() if c.moves]
        note = sentence("Every change, with its step, is in metrics.jsonl of the exported run.")
        return table(rows, ("changed during training", "values")) + note + _events(record)
    listed = [
        (
            KNOBS[entry["knob"]].title,
            f"{plain(entry['from'])} → {plain(entry['to'])}",
            f"after step {entry['step']:,}",
            f"{entry['epoch']:.2f}",
        )
        for entry in changed
    ]
    head = ("changed during training", "from → to", "when", "epoch")
    return table(listed, head) + _events(record)


def _events(record: Record) -> str:
    """A table of the events by name; "" if there are none."""
    rows, left_out = event_summaries(record)
    if not rows:
        return ""
    listed = table(rows, ("what the method did", "how often", "the last time", "epoch"))
    return listed + (sentence(left_out) if left_out else "")


def pictures(record: Record) -> str:
    if record.settings and record.settings.spec.routes:
        return _routes(record, record.settings)
    if record.settings and not record.settings.spec.masks:
        return sentence("This method takes no connection away: all are active.")
    gates = last_gates(record)
    if gates is None:
        return sentence("No snapshot was recorded, or none can be read.")
    pixels = last_pixels(record, gates)
    units, inputs = gates.on_image.shape
    last = f"after step {gates.step:,}"
    if gates.preview:
        last += f", at τ = {plain(gates.tau)}"
    # The same height as the histogram beside it.
    seen = pixel_map(pixels).update_layout(height=300)
    both = _spread(record, gates, last) + figure(
        svg(seen, f"Active connections of each pixel {last}.", 350),
        "Active connections of each pixel, on a logarithmic scale. Striped: "
        f"{pixels.unused.sum()} unused pixels, which have ink and no active connection. Hatched: "
        f"{pixels.blank.sum()} pixels that are always blank in training, whose connections say "
        "nothing about importance.",
    )
    whole = figure(
        svg(gate_map(gates.on_image), f"Connection map of the first layer {last}."),
        f"Every connection of the first layer: {units} hidden units (rows, the one with most "
        f"connections on top) by {inputs} pixels (columns, the image row by row). "
        "Blue: active. White: closed.",
    )
    return f'{sentence(f"The state {last}.")}\n<div class="pair">{both}</div>\n{whole}'


def _routes(record: Record, settings: Settings) -> str:
    """A table of the share of each route for the images of each class."""
    recorded = last_routing(record)
    if recorded is None:
        return sentence("No routing was recorded, or none can be read.")
    names = DATASETS[settings.dataset].classes
    named = zip(names, recorded.by_class, strict=False)
    rows = [(name, *(percent(share) for share in shares)) for name, shares in named]
    rows.append(("all images", *(percent(share) for share in recorded.mean)))
    images = "validation" if settings.validation else "test"
    text = (
        f"All connections are active, and the shares of the {settings.spec.routes}s depend on the "
        f"image. The table has the mean share of each for the images of a class, at the newest "
        f"evaluation ({recorded.images:,} {images} images)."
    )
    return sentence(text) + table(rows, ("class", *recorded.routes))


def _spread(record: Record, gates: RecordedGates, last: str) -> str:
    """The histogram of the scores; "" for a method without them."""
    if gates.scores is None:
        return ""
    # Settings that cannot be read have no name for the scores.
    name = (record.settings and record.settings.spec.scores) or "gate probability"
    spread = histogram(gates.scores, gates.tau if gates.preview else None, name)
    text = f"The {name} of each connection of the whole network"
    if gates.preview:
        text += "; connections above τ are active"
    return figure(
        svg(spread, f"Histogram of the {name} {last}.", 350),
        f"{text}. Counts are on a logarithmic scale.",
    )
