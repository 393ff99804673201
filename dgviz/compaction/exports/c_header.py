"""A network as a C header: constants and one C99 function, without any library.

A microcontroller has its image as bytes and little memory. So pixels are bytes, the constants can
stay in flash memory, and only the units of the hidden layers are on the stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dgviz.compaction.exports import c_program
from dgviz.compaction.exports.writer import Files
from dgviz.compaction.forms import csr, fan_in
from dgviz.compaction.network import CompactNetwork

logits = c_program.logits

_NUMBERS_A_LINE = 8

# These have at least as many bits, but for an int of 16 bits: a machine that has those has no room
# for more than 65,535 weights.
_TYPES = {
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "uint32": "unsigned int",
    "float32": "float",
}

_HEADER = """\
/* A neural network that classifies images, written by dgviz.
 *
 *     float logits[DGVIZ_CLASSES];
 *     dgviz_logits(pixels, logits);
 *
 * The pixels are bytes from 0 to 255, row by row. The class of the image, counted from 0, is the
 * place of the largest logit. C99 or C++, without any library; {size} bytes of constants.
 */
#ifndef DGVIZ_NETWORK_H
#define DGVIZ_NETWORK_H

#define DGVIZ_INPUTS {inputs}
#define DGVIZ_CLASSES {classes}

{constants}

static inline void dgviz_logits(const unsigned char pixels[{inputs}], float logits[{classes}])
{{
{code}
}}

#endif
"""


class _Form(NamedTuple):
    """A layer as constants and a loop over the weights of unit i.

    Attributes:
        weight: as many numbers as the form stores.
        positions: the other constants, by what they are: `input` or `start`.
        loop: from where to where `j` counts.
        product: what is added up.
    """

    weight: npt.NDArray[np.float32]
    positions: dict[str, npt.NDArray[np.unsignedinteger]]
    loop: str
    product: str

    @property
    def size(self) -> int:
        """Bytes of the constants."""
        return self.weight.nbytes + sum(array.nbytes for array in self.positions.values())


def write(network: CompactNetwork, facts: Mapping[str, Any]) -> Files:
    """Each layer is dense, CSR or with a fixed fan-in, whichever is smallest."""
    size = 0
    constants: list[str] = []
    code: list[str] = []
    for i, layer in enumerate(network.layers):
        form = min(_forms(network, i), key=lambda form: form.size)
        size += form.size + layer.bias.nbytes
        arrays = {"weight": form.weight, **form.positions, "bias": layer.bias}
        for name, array in arrays.items():
            constants += _constant(f"dgviz_{name}{i}", array)
        code += _code(network, i, form)
    text = _HEADER.format(
        size=f"{size:,}",
        inputs=network.inputs,
        classes=network.widths[-1],
        constants="\n".join(constants),
        code="\n".join(f"    {line}" for line in code),
    )
    return {"network.h": text.encode()}


def _forms(network: CompactNetwork, i: int) -> Iterator[_Form]:
    """The forms that layer i can have."""
    layer, inputs = network.layers[i], network.widths[i]
    weight, place, start = (f"dgviz_{name}{i}" for name in ("weight", "input", "start"))
    values = f"units{i - 1}" if i else "pixels"
    places = np.arange(inputs) if i else network.pixels

    if i > 0 or inputs == network.inputs:
        positions, value = {}, f"{values}[j]"
    else:
        positions, value = {"input": _positions(places)}, f"{values}[{place}[j]]"
    yield _Form(
        layer.weight, positions, f"j = 0; j < {inputs}", f"{weight}[i * {inputs} + j] * {value}"
    )
    product = f"{weight}[j] * {values}[{place}[j]]"
    sparse = csr(layer)
    yield _Form(
        sparse.weight,
        {"input": _positions(places[sparse.columns]), "start": _positions(sparse.starts)},
        f"j = {start}[i]; j < {start}[i + 1]",
        product,
    )
    fixed = fan_in(layer)
    k = fixed.weight.shape[1]
    yield _Form(
        fixed.weight,
        {"input": _positions(places[fixed.columns])},
        f"j = i * {k}; j < (i + 1) * {k}",
        product,
    )


def _positions(positions: npt.NDArray[np.integer]) -> npt.NDArray[np.unsignedinteger]:
    """The same in the smallest type that fits all."""
    return positions.astype(np.min_scalar_type(int(positions.max(initial=0))))


def _constant(name: str, array: npt.NDArray[Any]) -> Iterator[str]:
    """The lines of an array; none for an empty one, which C does not have."""
    if not array.size:
        return
    # A float is written as the shortest decimal number that gives the same float.
    suffix = "f" if array.dtype == np.float32 else ""
    numbers = [f"{number!s}{suffix}" for number in array.ravel()]
    yield f"static const {_TYPES[array.dtype.name]} {name}[{array.size}] = {{"
    for k in range(0, len(numbers), _NUMBERS_A_LINE):
        yield f"    {', '.join(numbers[k : k + _NUMBERS_A_LINE])},"
    yield "};"


def _code(network: CompactNetwork, i: int, form: _Form) -> Iterator[str]:
    """The lines that compute the units of layer i, if it has any, or the logits."""
    units, last = network.widths[i + 1], i == len(network.layers) - 1
    if not form.weight.size and (i == 0 or network.widths[i]):
        # Otherwise a compiler may warn that nothing reads them.
        yield f"(void){f'units{i - 1}' if i else 'pixels'};"
    if not units:
        return
    if not last:
        yield f"float units{i}[{units}];"
    yield f"for (unsigned int i = 0; i < {units}; i++) {{"
    yield "    float sum = 0;"
    if form.weight.size:
        yield f"    for (unsigned int {form.loop}; j++)"
        yield f"        sum += {form.product};"
    if i == 0:
        yield "    sum = sum / 255;"
    yield f"    sum += dgviz_bias{i}[i];"
    yield "    logits[i] = sum;" if last else f"    units{i}[i] = sum > 0 ? sum : 0;"
    yield "}"
