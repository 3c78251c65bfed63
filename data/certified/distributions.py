"""Tail probabilities and quantiles in 50-digit arithmetic: python distributions.py > distributions.json (mpmath 1.4)."""
import json

from mpmath import mp, mpf, erfc, exp, findroot, log, loggamma, sqrt

mp.dps = 50

def beta_part(a, b, x, y):
    """Regularised incomplete beta of x, with y = 1 - x: the positive series of the smaller side, DLMF 8.17.8."""
    if x * (a + b + 2) > a + 1:
        return 1 - beta_part(b, a, y, x)
    term = total = mpf(1)
    n = 0
    while term > total * mpf(10) ** -45:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return total * exp(a * log(x) + b * log(y) + loggamma(a + b) - loggamma(a + 1) - loggamma(b))


def student(t, df):
    t, df = mpf(t), mpf(df)
    return beta_part(df / 2, mpf(1) / 2, df / (df + t * t), t * t / (df + t * t))


def fisher_above(f, d1, d2):
    f, d1, d2 = mpf(f), mpf(d1), mpf(d2)
    return beta_part(d2 / 2, d1 / 2, d2 / (d2 + d1 * f), d1 * f / (d2 + d1 * f))


def fisher_below(f, d1, d2):
    f, d1, d2 = mpf(f), mpf(d1), mpf(d2)
    return beta_part(d1 / 2, d2 / 2, d1 * f / (d2 + d1 * f), d2 / (d2 + d1 * f))


def gamma_part(a, x):
    """Both tails of the incomplete gamma: the positive series of the lower one in 400 digits, the upper by subtraction."""
    with mp.workdps(400):
        factor = exp(a * log(x) - x - loggamma(a + 1))
        if x > 2 * a + 10 and factor * x < mpf("1e-310"):
            return mpf(1), mpf(0)
        term = total = mpf(1)
        n = 0
        while term > total * mpf(10) ** -390:
            n += 1
            term *= x / (a + n)
            total += term
        return factor * total, 1 - factor * total


def chi_above(x, df):
    return gamma_part(mpf(df) / 2, mpf(x) / 2)[1]


def chi_below(x, df):
    return gamma_part(mpf(df) / 2, mpf(x) / 2)[0]


def normal_above(z):
    return erfc(mpf(z) / sqrt(mpf(2))) / 2


def keep(rows, args, value):
    if mpf("1e-305") < value < 1:
        rows.append([*map(float, args), mp.nstr(value, 20)])


out = {name: [] for name in ["normal_above", "student_two_sided", "chi_square_above", "chi_square_below",
                             "fisher_above", "fisher_below"]}
for z in [0.1, 0.5, 1, 1.96, 3, 5.5, 8, 12.25, 20, 30, 36.5, 37.4]:
    keep(out["normal_above"], [z], normal_above(z))
dfs = [0.7, 1, 2, 3.5, 11, 44, 150, 416, 2999.5, 2e4]
for df in dfs:
    for t in [1e-5, 0.3, 1.0, 2.2, 6.0, 15.0, 36.0, 150.0, 4e3, 1e7, 1e20, 1e75, 1e140]:
        keep(out["student_two_sided"], [t, df], student(t, df))
for df in dfs:
    for ratio in [1e-30, 1e-4, 0.05, 0.4, 0.8, 0.97, 1.0, 1.04, 1.3, 2.0, 5.0, 30.0, 120.0, 1000.0]:
        x = ratio * df
        keep(out["chi_square_above"], [x, df], chi_above(x, df))
        keep(out["chi_square_below"], [x, df], chi_below(x, df))
for d1 in [1, 2, 4.5, 12, 60]:
    for d2 in [1, 3, 8.2, 44, 416, 2e4]:
        for f in [1e-12, 0.01, 0.5, 1.0, 1.7, 4.0, 20.0, 292.7, 1e4, 1e12, 1e80]:
            keep(out["fisher_above"], [f, d1, d2], fisher_above(f, d1, d2))
            keep(out["fisher_below"], [f, d1, d2], fisher_below(f, d1, d2))


# quantiles: refined from the double-precision answer of SciPy by the secant method at 50 digits
from scipy import stats as sp

out["student_quantile"], out["chi_square_quantile"], out["fisher_quantile"] = [], [], []
for p in [1e-12, 1e-5, 0.025, 0.3, 0.6, 0.975, 0.9995]:
    for df in [1, 3.5, 11, 416]:
        start = float(sp.t.ppf(p, df))
        tail = min(mpf(p), 1 - mpf(p))
        if start != 0:
            x = findroot(lambda t: log(student(t, df) / 2) - log(tail), (abs(start), abs(start) * (1 + 1e-7)))
            out["student_quantile"].append([p, df, mp.nstr(x if start > 0 else -x, 20)])
        start = float(sp.chi2.ppf(p, df))
        if 1e-290 < start:
            side = chi_below if p <= 0.5 else chi_above
            x = findroot(lambda v: log(side(v, df)) - log(tail), (start, start * (1 + 1e-7)))
            out["chi_square_quantile"].append([p, df, mp.nstr(x, 20)])
        for d1 in [1, 5]:
            start = float(sp.f.ppf(p, d1, df))
            if 1e-290 < start:
                side = fisher_below if p <= 0.5 else fisher_above
                x = findroot(lambda v: log(side(v, d1, df)) - log(tail), (start, start * (1 + 1e-7)))
                out["fisher_quantile"].append([p, d1, df, mp.nstr(x, 20)])
print("{\n" + ",\n".join(f'"{name}": {json.dumps(rows)}' for name, rows in out.items()) + "\n}")
