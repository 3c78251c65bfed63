"""The work of `clusters.rs` with scikit-learn, as an analyst who knows it would write it.

Usage: clusters_peer.py POINTS.csv RESAMPLES REFERENCES STARTS. Distances are computed once, trees once (SciPy), independent fits run
on all cores (joblib). PAM is not in scikit-learn: NumPy, all swaps of a point at once. Prints what it took and found, as JSON.
"""

import json
import sys
import time

import numpy as np
from joblib import Parallel, delayed
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, silhouette_score
from sklearn.mixture import GaussianMixture


def log_inside(points, ks, starts, seed):
    return [np.log(0.5 * KMeans(k, n_init=starts, random_state=seed).fit(points).inertia_) for k in ks]


def reference(ends, axes, centre, rows, ks, starts, seed):
    rng = np.random.default_rng(seed)
    return log_inside(rng.uniform(ends[0], ends[1], (rows, ends.shape[1])) @ axes + centre, ks, starts, seed)


def resample(points, labels, k, starts, seed):
    rows = np.unique(np.random.default_rng(seed).integers(0, len(points), len(points)))
    found = KMeans(k, n_init=starts, random_state=seed).fit_predict(points[rows])
    crossing = np.zeros((k, k))
    np.add.at(crossing, (labels[rows], found), 1)
    union = crossing.sum(1)[:, None] + crossing.sum(0)[None, :] - crossing
    return rows, found, (crossing / union).max(1)


def medoids(distances, k):
    """BUILD, then the best swap as long as one helps (FastPAM1)."""
    n = len(distances)
    chosen = [int(distances.sum(0).argmin())]
    while len(chosen) < k:
        least = distances[chosen].min(0)
        gain = np.minimum(distances, least).sum(1)
        gain[chosen] = np.inf
        chosen.append(int(gain.argmin()))
    while True:
        order = np.argsort(distances[chosen], axis=0)
        own = order[0]
        least = distances[chosen][own, np.arange(n)]
        if k == 1:
            best = int(distances.sum(1).argmin())
            if distances[best].sum() < least.sum() - 1e-9:
                chosen = [best]
                continue
            return own
        second = distances[chosen][order[1], np.arange(n)]
        closer = distances < least
        shared = np.where(closer, distances - least, 0).sum(1)
        change = np.where(closer, least - second, np.where(distances < second, distances - second, 0))
        # per candidate and medoid: loss of removing the medoid, corrected where the candidate is near
        own_hot = np.eye(k)[own]
        total = change @ own_hot + np.bincount(own, second - least, k) + shared[:, None]
        total[chosen] = np.inf
        point, out = np.unravel_index(total.argmin(), total.shape)
        if total[point, out] >= -1e-9:
            return own
        chosen[out] = int(point)


def mixture(points, k, kind):
    fit = GaussianMixture(k, covariance_type=kind, random_state=1, max_iter=1000).fit(points)
    return fit.bic(points), fit.predict(points)


def analyse(points, ks, starts, starts_again, references, resamples, always=False):
    """Everything that the stage asks: all methods with every number of clusters, their indices, the gap statistic, and
    bootstrap samples at the recommended number: none where the gap statistic says one group, unless `always`."""
    begun = time.perf_counter()
    n, parts = len(points), {}

    def lap(name, since=[begun]):
        now = time.perf_counter()
        parts[name] = round(now - since[0], 2)
        since[0] = now

    condensed = pdist(points)
    distances = squareform(condensed)
    labels = {}
    inertia = {}
    for k in ks:
        fit = KMeans(k, n_init=starts, random_state=1).fit(points)
        labels["kmeans", k], inertia[k] = fit.labels_, fit.inertia_
    lap("k-means")
    for method in ["ward", "average"]:
        tree = linkage(condensed, method)
        for k in ks:
            labels[method, k] = fcluster(tree, k, "maxclust") - 1
    lap("trees")
    kinds = ["spherical", "diag", "tied", "full"]
    fits = Parallel(n_jobs=-1)(delayed(mixture)(points, k, kind) for k in ks for kind in kinds)
    bic = {}
    for at, k in enumerate(ks):
        bic[k], labels["mixture", k] = min(fits[at * len(kinds) : (at + 1) * len(kinds)], key=lambda fit: fit[0])
    lap("mixtures")
    for k in ks:
        labels["pam", k] = medoids(distances, k)
    lap("pam")
    silhouette, harabasz = {}, {}
    for (method, k), own in labels.items():
        if len(np.unique(own)) > 1:
            score = silhouette_score(distances, own, metric="precomputed")
            index = calinski_harabasz_score(points, own)
            if method == "kmeans":
                silhouette[k], harabasz[k] = score, index
    lap("indices")
    pca = PCA().fit(points)
    scores = pca.transform(points)
    ends = np.array([scores.min(0), scores.max(0)])
    found = log_inside(points, ks, starts_again, 1)
    drawn = np.array(
        Parallel(n_jobs=-1)(
            delayed(reference)(ends, pca.components_, pca.mean_, n, ks, starts_again, seed) for seed in range(references)
        )
    )
    gap = drawn.mean(0) - found
    error = drawn.std(0, ddof=1) * np.sqrt(1 + 1 / references)
    last = len(ks) - 1
    by_gap = next((ks[at] for at in range(last) if gap[at] >= gap[at + 1] - error[at + 1]), ks[last])
    lap("gap")
    k = max(silhouette, key=silhouette.get)
    whole = labels["kmeans", k]
    agreement = {method: adjusted_rand_score(whole, labels[method, k]) for method in ["ward", "average", "mixture", "pam"]}
    told = {"inertia": inertia, "silhouette": silhouette, "harabasz": harabasz, "k": k, "by_gap": by_gap, "agreement": agreement, "labels": whole, "distances": distances}
    if by_gap > 1 or always:
        told |= bootstrap(points, whole, k, starts_again, resamples)
        lap("bootstrap")
    return told | {"seconds": time.perf_counter() - begun, "parts": parts}


def bootstrap(points, whole, k, starts, resamples):
    """Jaccard similarities of the clusters in resamples, and how often pairs of schools stay together."""
    n = len(points)
    draws = Parallel(n_jobs=-1)(delayed(resample)(points, whole, k, starts, seed) for seed in range(resamples))
    together, both = np.zeros((n, n), np.float32), np.zeros((n, n), np.float32)
    for rows, own, _ in draws:
        hot = np.zeros((n, k), np.float32)
        hot[rows, own] = 1
        together += hot @ hot.T
        is_drawn = hot.sum(1, keepdims=True)
        both += is_drawn @ is_drawn.T
    share = np.divide(together, both, where=both > 0)
    return {
        "jaccard": sorted(np.mean([one[2] for one in draws], axis=0).tolist()),
        "ambiguous": float(np.mean((share > 0.1) & (share < 0.9))),
        "consensus": [[float(share[whole == a][:, whole == b].mean()) for b in range(k)] for a in range(k)],
    }


def main():
    points = np.loadtxt(sys.argv[1], delimiter=",")
    resamples, references, starts = map(int, sys.argv[2:])
    told = analyse(points, range(1, 11), starts, starts, references, resamples, always=True)
    json.dump({key: value for key, value in told.items() if key not in ("labels", "distances")}, sys.stdout)


if __name__ == "__main__":
    main()
