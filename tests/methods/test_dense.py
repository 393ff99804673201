"""Dense networks, in full and with a part of the hidden units."""

import pytest

from dgviz.data.split import Splits
from dgviz.settings import Settings
from dgviz.training.loop import train


@pytest.mark.parametrize(
    ("ratio", "hidden"), [(1.0, 256), (0.5, 128), (0.05, 13), (0.02, 5), (0.001, 1)]
)
def test_a_small_network_has_a_part_of_the_hidden_units(ratio: float, hidden: int) -> None:
    assert Settings(method="small", own=(("small.ratio", ratio),)).hidden_units == hidden
    assert Settings(method="small").baseline() == Settings(method="dense")
    assert Settings(method="dense").hidden_units == 256


@pytest.mark.parametrize(("method", "hidden"), [("dense", 8), ("small", 2)])
def test_all_connections_are_active_from_the_start_to_the_end(
    method: str, hidden: int, tiny: Splits
) -> None:
    own = (("small.ratio", 0.25),) if method == "small" else ()
    settings = Settings(method=method, hidden=8, epochs=1, batch_size=9, device="cpu", own=own)
    for snapshot in train(settings, tiny):
        measures = snapshot.gates.measures
        assert measures.active_weights == measures.total_weights == hidden * (6 + 3)
        assert measures.active_ratio == 1 and not snapshot.events
