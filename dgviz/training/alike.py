"""Which networks can be trained together. Known without torch."""

from __future__ import annotations

from dgviz.settings import Settings

FREE = ("beta", "tau", "initial_logit")
"""The settings in which networks that are trained together may differ."""

_DEFAULTS = {name: getattr(Settings, name) for name in FREE}


def in_common(settings: Settings) -> Settings | None:
    """What networks that are trained together have in common: the same settings but for `FREE`.

    None for a network that is only trained alone. The paper's method with a gate for each weight
    can be trained together, without a teacher and without a limit on the connections to keep.
    """
    if (
        settings.method != "dynamicgate"
        or settings["dynamicgate.gates"] != "weight"
        or settings["dynamicgate.keep"]
        or settings.distillation
    ):
        return None
    return settings.with_changes(**_DEFAULTS)
