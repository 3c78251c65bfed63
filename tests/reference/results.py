"""Reference results of statsmodels, scikit-learn and SciPy, as JSON on standard output.

Run from this folder: python results.py > python.json
"""

import csv
import json

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy.optimize import minimize, root
from scipy.special import betaln, digamma
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, silhouette_score
from statsmodels.stats.proportion import proportion_confint

with open("panel.csv") as file:
    panel = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
column = lambda name: np.array([row[name] for row in panel])

# Wilson intervals
wilson_args = [(x, n, level) for n in (1, 7, 24, 300, 100_000) for x in {0, 1, n // 3, n} for level in (0.8, 0.95, 0.999)]
wilson = [proportion_confint(x, n, alpha=1 - level, method="wilson") for x, n, level in wilson_args]

# beta-binomial by maximum likelihood: a search, then the root of the score
low, pupils = column("low"), column("pupils")


def likelihood(v):
    a, b = np.exp(v)
    return -np.sum(betaln(a + low, b + pupils - low) - betaln(a, b))


def score(v):
    a, b = np.exp(v)
    common = digamma(a + b) - digamma(a + b + pupils)
    return [
        a * np.sum(digamma(a + low) - digamma(a) + common),
        b * np.sum(digamma(b + pupils - low) - digamma(b) + common),
    ]


found = minimize(likelihood, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12})
found = root(score, found.x, tol=1e-15)

# binomial regression and its clustered covariance
design = np.column_stack(
    [np.ones(len(panel)), column("poor"), column("educated"), column("year") == 2024, column("year") == 2025]
).astype(float)
model = sm.GLM(np.column_stack([low, pupils - low]), design, family=sm.families.Binomial())
fit = model.fit(tol=1e-14, maxiter=100)
clustered = model.fit(
    tol=1e-14, maxiter=100, cov_type="cluster", cov_kwds={"groups": column("municipality").astype(int)}
)

# k-means and its indices
points = np.column_stack([column("poor"), column("educated"), column("distance")])
best = {k: KMeans(k, n_init=200, random_state=1, tol=0, max_iter=1000).fit(points) for k in (2, 3, 4)}
kinds = column("type").astype(int)

print(
    json.dumps(
        {
            "wilson_args": wilson_args,
            "wilson_low": [max(low, 0.0) for low, _ in wilson],
            "wilson_high": [min(high, 1.0) for _, high in wilson],
            "beta_binomial": list(np.exp(found.x)),
            "glm_coefficients": list(fit.params),
            "cr1_municipality": list(clustered.bse),
            "kmeans_k": list(best),
            "kmeans_inertia": [float(b.inertia_) for b in best.values()],
            "kmeans_silhouette": [float(silhouette_score(points, b.labels_)) for b in best.values()],
            "kmeans_calinski_harabasz": [float(calinski_harabasz_score(points, b.labels_)) for b in best.values()],
            "type_silhouette": float(silhouette_score(points, kinds)),
            "type_calinski_harabasz": float(calinski_harabasz_score(points, kinds)),
            "versions": {
                "statsmodels": statsmodels.__version__,
                "scikit-learn": sklearn.__version__,
                "scipy": scipy.__version__,
            },
        },
        indent=1,
    )
)
