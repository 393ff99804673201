"""Loops that skip what an image or a mask makes unnecessary, compiled by numba.

Positions are uint32: numba lets a signed index count from the end, and the test for that takes
longer than the arithmetic. Sums may be reordered, so that they use all lanes of the processor;
nothing else of IEEE arithmetic is given up. The kernels release the GIL.

In all of them `out` (n, classes) gets the logits of `images` (n, inputs), float32 and
C-contiguous; `widths` are the numbers of units of each layer, and `biases` their biases one after
the other. The first three compute one image at a time, and the layers after the first as dense
rows, which lie one after the other in `rest`: they are small, and a mask keeps more of them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_compiled = njit(nogil=True, fastmath={"reassoc", "contract"})
_float32 = np.float32
_ZERO = np.float32(0)


@_compiled
def inked_columns(pixels, first, widths, rest, biases, images, out):
    """The first layer as columns, (pixels, units): those of pixels that are not 0, four at a time.

    Args:
        pixels: uint32 (p,), the inputs that the first layer reads.
    """
    units = first.shape[1]
    values, next_values = _buffers(widths)
    inked = np.empty(pixels.size + 1, np.uint32)
    for i in range(len(images)):
        n = 0
        # Without a branch, which the processor could not predict at the edges of strokes.
        for p in range(pixels.size):
            inked[n] = p
            n += images[i, pixels[p]] != 0
        for u in range(units):
            values[u] = biases[u]
        k = 0
        while k + 4 <= n:
            a, b, c, d = inked[k], inked[k + 1], inked[k + 2], inked[k + 3]
            x, y = images[i, pixels[a]], images[i, pixels[b]]
            z, w = images[i, pixels[c]], images[i, pixels[d]]
            for u in range(units):
                values[u] += first[a, u] * x + first[b, u] * y + first[c, u] * z + first[d, u] * w
            k += 4
        while k < n:
            a = inked[k]
            x = images[i, pixels[a]]
            for u in range(units):
                values[u] += first[a, u] * x
            k += 1
        _later_layers(widths, rest, biases, values, next_values, out[i])


@_compiled
def sparse_inked_columns(pixels, starts, rows, weights, widths, rest, biases, images, out):
    """The first layer as compressed sparse columns: those of pixels that are not 0.

    Args:
        pixels: uint32 (p,), the inputs that the first layer reads.
        starts: uint32 (p + 1,), where the weights of each pixel begin.
        rows: uint32, the unit of each weight.
    """
    values, next_values = _buffers(widths)
    for i in range(len(images)):
        for u in range(widths[0]):
            values[u] = biases[u]
        for p in range(pixels.size):
            x = images[i, pixels[p]]
            if x != 0:
                for k in range(starts[p], starts[p + 1]):
                    values[rows[k]] += weights[k] * x
        _later_layers(widths, rest, biases, values, next_values, out[i])


@_compiled
def fixed_fan_in(columns, weights, widths, rest, biases, images, out):
    """The first layer as k weights of each unit.

    Args:
        columns: uint32 (k, units), the inputs of the weights; weights (k, units).
    """
    k, units = columns.shape
    values, next_values = _buffers(widths)
    for i in range(len(images)):
        for u in range(units):
            values[u] = biases[u]
        for j in range(k):
            for u in range(units):
                values[u] += weights[j, u] * images[i, columns[j, u]]
        _later_layers(widths, rest, biases, values, next_values, out[i])


@_compiled
def csr_tiles(pixels, starts, columns, weights, widths, biases, tile, images, out):
    """All layers as compressed sparse rows, for a tile of images at a time, transposed.

    Args:
        pixels: uint32 (p,), the inputs that the first layer reads.
        starts: uint32 (all units + 1,), where the weights of each unit begin.
        columns: uint32, the pixel or unit of each weight, counted within what its layer reads.
        tile: number of images, a multiple of 8. Missing ones are filled with the last image.
    """
    pixel_values = np.empty((pixels.size, tile), _float32)
    values = np.empty((widths.max(), tile), _float32)
    next_values = np.empty_like(values)
    for begin in range(0, len(images), tile):
        _transpose(images, begin, pixels, pixel_values)
        unit = widths[0]
        _sparse_rows(starts, columns, weights, biases, 0, unit, pixel_values, values)
        for layer in range(1, widths.size):
            for u in range(widths[layer - 1]):
                for j in range(tile):
                    values[u, j] = max(values[u, j], _ZERO)
            end = unit + widths[layer]
            _sparse_rows(starts, columns, weights, biases, unit, end, values, next_values)
            unit = end
            values, next_values = next_values, values
        for j in range(min(tile, len(images) - begin)):
            for u in range(out.shape[1]):
                out[begin + j, u] = values[u, j]


@_compiled
def _buffers(widths):
    return np.empty(widths.max(), _float32), np.empty(widths.max(), _float32)


@_compiled
def _later_layers(widths, rest, biases, values, next_values, out):
    """The layers after the first, from the sums of its units."""
    at, unit, before = 0, widths[0], widths[0]
    for layer in range(1, widths.size):
        for u in range(before):
            values[u] = max(values[u], _ZERO)
        for v in range(widths[layer]):
            row = rest[at : at + before]
            total = _ZERO
            for u in range(before):
                total += row[u] * values[u]
            next_values[v] = total + biases[unit + v]
            at += before
        before = widths[layer]
        unit += before
        values, next_values = next_values, values
    for u in range(before):
        out[u] = values[u]


@_compiled
def _transpose(images, begin, pixels, into):
    """Eight images at a time, so that each line of the cache is written by one of eight passes."""
    last = len(images) - 1
    for j in range(0, into.shape[1], 8):
        i = begin + j
        a = images[min(i, last)]
        b = images[min(i + 1, last)]
        c = images[min(i + 2, last)]
        d = images[min(i + 3, last)]
        e = images[min(i + 4, last)]
        f = images[min(i + 5, last)]
        g = images[min(i + 6, last)]
        h = images[min(i + 7, last)]
        for p in range(pixels.size):
            q = pixels[p]
            into[p, j], into[p, j + 1], into[p, j + 2], into[p, j + 3] = a[q], b[q], c[q], d[q]
            into[p, j + 4], into[p, j + 5], into[p, j + 6], into[p, j + 7] = e[q], f[q], g[q], h[q]


@_compiled
def _sparse_rows(starts, columns, weights, biases, first, end, values, sums):
    """The sums of units `first` to `end`, (units, tile); eight weights at a time, then one."""
    tile = values.shape[1]
    for u in range(end - first):
        for j in range(tile):
            sums[u, j] = biases[first + u]
        k, stop = starts[first + u], starts[first + u + 1]
        while k + 8 <= stop:
            a, b, c, d = columns[k], columns[k + 1], columns[k + 2], columns[k + 3]
            e, f, g, h = columns[k + 4], columns[k + 5], columns[k + 6], columns[k + 7]
            s, t, v, w = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
            x, y, z, o = weights[k + 4], weights[k + 5], weights[k + 6], weights[k + 7]
            for j in range(tile):
                sums[u, j] += (
                    s * values[a, j]
                    + t * values[b, j]
                    + v * values[c, j]
                    + w * values[d, j]
                    + x * values[e, j]
                    + y * values[f, j]
                    + z * values[g, j]
                    + o * values[h, j]
                )
            k += 8
        while k < stop:
            a, s = columns[k], weights[k]
            for j in range(tile):
                sums[u, j] += s * values[a, j]
            k += 1
