"""Adam, without the import of PyTorch's compiler."""

from __future__ import annotations

from inspect import unwrap

import torch


class Adam(torch.optim.Adam):
    """`torch.optim.Adam`, bit for bit, in code that is not compiled.

    PyTorch wraps these methods so that its compiler leaves them alone, and the wrapper imports the
    compiler: more than a second of processor time and 60 MB in every process that trains.
    """

    add_param_group = unwrap(torch.optim.Adam.add_param_group)
    state_dict = unwrap(torch.optim.Adam.state_dict)
    load_state_dict = unwrap(torch.optim.Adam.load_state_dict)
    zero_grad = unwrap(torch.optim.Adam.zero_grad)
    # The wrapper of `step` also turns gradients off.
    step = torch.no_grad()(unwrap(torch.optim.Adam.step))
