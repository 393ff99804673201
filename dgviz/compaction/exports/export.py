"""Export a compacted run in one format: the files and their model card, checked, in a zip."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dgviz.compaction.check import LIMIT_FLOAT32
from dgviz.compaction.exports.formats import ExportError, Format
from dgviz.compaction.exports.model_card import facts, model_card
from dgviz.compaction.exports.writer import Files, Images, scaled
from dgviz.compaction.network import CompactNetwork, Floats
from dgviz.compaction.result import Compaction
from dgviz.formatting import counted, joined
from dgviz.runs.files import ZIP_MODE
from dgviz.runs.record import Record

_CARD = "README.md"


class Export(NamedTuple):
    """An exported network.

    Attributes:
        content: a zip with one folder.
        check: a sentence on what the check of the files found.
    """

    content: bytes
    check: str


def export(record: Record, made: Compaction, format: Format, images: Images) -> Export:
    """Write the network of a run, and open what was written to check its logits.

    Args:
        record: of the run that was compacted.
        images: the test images, (n, inputs), n > 0.

    Raises:
        ExportError: a package is missing, or the logits of the files or of the compact network are
            not the run's.
    """
    if not made.check.passed:
        raise ExportError("The compact network is not the gated one, so it is not exported.")
    writer = format.writer()
    files = writer.write(made.network, facts(record, made))
    check = _check(made.network, format, images, writer.logits(files, images))
    card = model_card(record, made, _use(format, files, check), format.values)
    folder = Path(format.zip_name(made.run, made.recipe)).stem
    return Export(_zip(folder, {**files, _CARD: card.encode()}), check)


def _use(format: Format, files: Files, check: str) -> str:
    """The part of the model card that depends on the format, in Markdown."""
    sizes = [f"`{name}` ({counted(len(content), 'byte')})" for name, content in files.items()]
    code = f"```{format.language}\n{format.example}```"
    return f"{joined(sizes)}. {format.use} {check}\n\n{code}"


def _check(network: CompactNetwork, format: Format, images: Images, found: Floats | None) -> str:
    """Compare the logits of the files with those of the network.

    Raises:
        ExportError: they differ by more than float32 explains.
    """
    if found is None:
        return f"Not checked: {format.opener} is not on this machine."
    expected = network.logits(scaled(images))
    difference = float(np.abs(found - expected).max())
    scale = max(1.0, float(np.abs(expected).max()))
    tested = f"by {format.opener} on {counted(len(images), 'test image')}"
    # Not if the difference is no number.
    if not difference <= LIMIT_FLOAT32 * scale:
        raise ExportError(
            f"Nothing was written: {format.title}, checked {tested}, gives logits that differ from "
            f"the network's by {difference:.1e}."
        )
    if difference:
        return (
            f"Checked {tested}: the logits differ from the network's by at most {difference:.1e}."
        )
    return f"Checked {tested}: the logits are exactly the network's."


def _zip(folder: str, files: Files) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            # Not the present time, so that the same files give the same zip.
            entry = zipfile.ZipInfo(f"{folder}/{name}")
            entry.external_attr = ZIP_MODE
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return content.getvalue()
