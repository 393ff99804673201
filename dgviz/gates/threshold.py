"""The threshold of gates, of which each layer has its own."""

from dgviz.gates.estimator import checked_tau


class Threshold:
    """A layer whose gates have a threshold τ."""

    @property
    def tau(self) -> float:
        """Threshold τ in [0, 1]; it may be set at any time and acts on the next forward pass.

        Raises:
            ValueError: When it is set to anything but a number in [0, 1].
        """
        return self._tau

    @tau.setter
    def tau(self, tau: float) -> None:
        self._tau = checked_tau(tau)
