"""Reference results of statsmodels, scikit-learn and SciPy for tests of agreement, as JSON on standard output.

Run from this folder: python agreement.py > agreement.json
"""

import csv
import json

import numpy as np
import scipy
import scipy.stats
import statsmodels
from statsmodels.stats.contingency_tables import SquareTable, StratifiedTable, mcnemar
from statsmodels.stats.inter_rater import cohens_kappa

with open("panel.csv") as file:
    panel = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
column = lambda name: np.array([row[name] for row in panel])

marks = np.array([[42, 9, 3, 1], [14, 61, 12, 2], [2, 19, 38, 6], [0, 3, 9, 17]])
linear = cohens_kappa(marks, wt="linear")
quadratic = cohens_kappa(marks, wt="quadratic")
plain = cohens_kappa(marks)
square = SquareTable(marks, shift_zeros=False).homogeneity(method="stuart_maxwell")
pairs = [(3, 11), (40, 41), (7, 7), (120, 171)]
changed = [[mcnemar([[50, b], [c, 60]], exact=True).pvalue, mcnemar([[50, b], [c, 60]], exact=False, correction=True).pvalue] for b, c in pairs]

# below the median of the pupils' share in poor and other schools, by type
strata = []
for kind in (1, 2, 3):
    rows = column("type") == kind
    poor, low = column("poor") > np.median(column("poor")[rows]), column("low") / column("pupils") > 0.25
    strata.append([[int(np.sum(rows & (poor == p) & (low == l))) for l in (True, False)] for p in (True, False)])
table = StratifiedTable([np.array(s, dtype=float) for s in strata])
test = table.test_null_odds(correction=True)
homogeneous = table.test_equal_odds(adjust=True)
interval = table.oddsratio_pooled_confint()

x, y = column("poor")[::9], column("educated")[::9]
print(
    json.dumps(
        {
            "marks": marks.tolist(),
            "kappa": [plain.kappa, plain.std_kappa, plain.std_kappa0],
            "kappa_linear": [linear.kappa, linear.std_kappa, linear.std_kappa0],
            "kappa_quadratic": [quadratic.kappa, quadratic.std_kappa, quadratic.std_kappa0],
            "stuart_maxwell": [square.statistic, square.pvalue],
            "mcnemar_pairs": pairs,
            "mcnemar": changed,
            "strata": strata,
            "cmh_corrected": [test.statistic, test.pvalue],
            "odds_ratio": [table.oddsratio_pooled, *interval],
            "breslow_day_tarone": [homogeneous.statistic, homogeneous.pvalue],
            "spearman": list(scipy.stats.spearmanr(column("low"), column("type"))),
            "kendall": list(scipy.stats.kendalltau(column("low"), column("type"), method="asymptotic")),
            "kendall_exact": list(scipy.stats.kendalltau(x, y, method="exact")),
            "versions": {"statsmodels": statsmodels.__version__, "scipy": scipy.__version__},
        },
        indent=1,
    )
)
