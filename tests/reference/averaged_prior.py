"""Posterior means and standard deviations of schools' true shares: the beta-binomial model with a uniform prior on the mean and
on the correlation 1 / (1 + strength), integrated over a fine grid of both. Writes averaged_prior.json beside itself."""

import json
import pathlib

import numpy as np
from scipy.special import betaln

CASES = {
    "spread": [(1, 12), (3, 25), (9, 30), (0, 14), (12, 40), (2, 8), (5, 33), (7, 21), (1, 18), (4, 27)],
    "none": [(4, 20), (5, 25), (2, 10), (6, 30), (3, 15), (8, 40)],
    "rare": [(0, 12), (1, 25), (0, 30), (0, 14), (2, 40), (0, 8), (1, 33), (0, 21)],
    "few": [(2, 9), (6, 11), (1, 10)],
}


def moments(counts):
    rho = (np.arange(4000) + 0.5) / 4000
    strength = 1 / rho - 1
    # the strength that a fit may give is bounded
    keep = (strength >= 0.01) & (strength <= 10_000)
    strength = strength[keep][:, None]
    mean = ((np.arange(1000) + 0.5) / 1000)[None, :]
    a, b = strength * mean, strength * (1 - mean)
    log = sum(betaln(a + x, b + n - x) - betaln(a, b) for x, n in counts)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    out = []
    for x, n in counts:
        own = (a + x) / (strength + n)
        first = (weight * own).sum()
        second = (weight * (own * (1 - own) / (strength + n + 1) + own**2)).sum()
        out.append([x, n, first, float(np.sqrt(second - first**2))])
    return out


result = {name: moments(counts) for name, counts in CASES.items()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(result, indent=1) + "\n")
