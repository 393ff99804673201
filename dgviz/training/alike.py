"""Which networks can be trained together. Known without torch."""

from __future__ import annotations

from dgviz.settings import Settings

FREE = ("beta", "tau", "initial_logit")
"""The settings in which networks that are trained together may differ."""

ALIKE: dict[str, str | float] = {
    "method": "dynamicgate",
    "dynamicgate.gates": "weight",
    "dynamicgate.keep": 0,
    "distillation": 0.0,
}
"""Only networks with these settings are trained together: the paper's method with a gate for each
weight, without a teacher, and without a limit on the connections to keep."""

_DEFAULTS = {name: getattr(Settings, name) for name in FREE}


def in_common(settings: Settings) -> Settings | None:
    """What networks that are trained together have in common: the same settings but for `FREE`.

    None for a network that is only trained alone.
    """
    if any(settings[name] != value for name, value in ALIKE.items()):
        return None
    return settings.with_changes(**_DEFAULTS)
