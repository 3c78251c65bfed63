"""Reference results of scikit-learn on mixtures and on the adjusted Rand index, as JSON. Run from this folder after clusters.R:
python3 mixtures.py > mixtures.json
EM starts with the M-step of Ward's clusters and is followed to the end."""
import json
import warnings

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

warnings.simplefilter("ignore")
panel = pd.read_csv("panel.csv")
x = panel[["poor", "educated", "distance"]].to_numpy()
r = json.load(open("clusters.json"))
NAMES = {"full": "VVV", "tied": "EEE", "diag": "VVI", "spherical": "VII"}


def start(kind, labels, k):
    """Weights, means and precisions of the M-step."""
    parts = [x[labels == c] for c in range(k)]
    weights = np.array([len(p) for p in parts]) / len(x)
    means = np.array([p.mean(0) for p in parts])
    covariances = np.array([np.cov(p.T, bias=True) for p in parts])
    if kind == "full":
        precisions = np.linalg.inv(covariances)
    elif kind == "tied":
        precisions = np.linalg.inv(np.tensordot(weights, covariances, 1))
    elif kind == "diag":
        precisions = 1 / np.array([np.diag(c) for c in covariances])
    else:
        precisions = 1 / np.array([np.diag(c).mean() for c in covariances])
    return weights, means, precisions


out = {"mixtures": {}, "adjusted_rand": {}}
for k in (2, 3, 4):
    labels = np.array(r["ward"]["labels"][str(k)]) - 1
    for kind, name in NAMES.items():
        weights, means, precisions = start(kind, labels, k)
        model = GaussianMixture(k, covariance_type=kind, weights_init=weights, means_init=means, precisions_init=precisions,
                                reg_covar=0, tol=1e-13, max_iter=20000).fit(x)
        out["mixtures"][f"{name} {k}"] = {
            "log_likelihood": model.score(x) * len(x), "bic": -model.bic(x), "weights": model.weights_.tolist(),
            "means": model.means_.tolist(), "labels": model.predict(x).tolist()}
    for other in ("average",):
        out["adjusted_rand"][str(k)] = adjusted_rand_score(r["ward"]["labels"][str(k)], r[other]["labels"][str(k)])
json.dump(out, __import__("sys").stdout)
print()
