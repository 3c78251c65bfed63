"""The annual run in Python, for the comparison in `region.rs`: the same tables, the same pack, the same parameters.

Usage: peer.py TABLES PIPELINE OUT. Checks across files, analyses, and the reports (`peer_reports.py`), with the parameters of the
pipeline's stages. Written as an analyst who knows polars, numpy, scipy, statsmodels and scikit-learn would write it:
whole columns at a time wherever the libraries allow it. Prints what it took and what it found, as JSON.
"""

import time

begun = time.perf_counter()

import json
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import polars as pl
import statsmodels.api as sm
from scipy import optimize, special, stats
from sklearn.metrics import silhouette_samples
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.stats.proportion import proportion_confint

import clusters_peer
import peer_reports

KEYS = ["year", "school_id"]
# the columns that the analyses need: the others would only cost memory
RESULT = [*KEYS, "procedure", "grade", "class", "subject", "mark", "journal_mark", "test_score", "form", "period", "status", "category", "wave", "repeat", "score_tasks", "score_printed", "max_score", "pupil_code"]
# one pupil in one test of one school
PUPIL = ["pupil_code", "school_id", "year", "wave", "procedure", "grade", "subject", "form", "period", "attempt"]
MEASURE = ["year", "period", "school_id", "measure"]


def beta_prior(x, n):
    """Alpha and beta of the beta-binomial by maximum likelihood, `None` where the shares are all 0 or all 1."""
    if len(x) < 2 or x.sum() in (0, n.sum()):
        return None

    def loss(parameters):
        mean, strength = special.expit(parameters[0]), np.exp(parameters[1])
        a, b = mean * strength, (1 - mean) * strength
        return -np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b))

    start = [special.logit(x.sum() / n.sum()), np.log(8.0)]
    eta, theta = optimize.minimize(loss, start, bounds=[(-12, 12), (np.log(0.01), np.log(1e4))]).x
    mean, strength = special.expit(eta), np.exp(theta)
    return mean * strength, (1 - mean) * strength


def intervals(frame):
    """Adds share and Wilson interval."""
    x, n = frame["numerator"].to_numpy(), frame["denominator"].to_numpy()
    low, high = proportion_confint(x, n, method="wilson")
    return frame.with_columns(value=pl.Series(x / n), low=pl.Series(low), high=pl.Series(high))


def with_threshold(text, indicator, reference):
    """The expression with the named threshold of each year written into it."""
    asked = indicator.get("threshold")
    if asked is None:
        return text
    minimums = tomllib.loads((reference / f"{asked['document']}.toml").read_text())["minimum"]
    of_exam = [m for m in minimums if (m.get("subject"), m.get("form")) == (asked["subject"], asked["form"])]
    cases = " ".join(f"WHEN year BETWEEN {m['years'][0]} AND {m['years'][1]} THEN {m['test_score']}" for m in of_exam)
    return text.replace("threshold", f"(CASE {cases} END)")


def rows_of(context, indicator, reference):
    """Rows to be added up: of a share two counts (of each pupil, where pupils are asked), of a mean the values."""
    inside = [*KEYS, "grade", "class"]
    text = lambda name: with_threshold(indicator[name], indicator, reference)
    where = indicator["where"]
    if "per_pupil" in indicator:
        pupil = ["year", "school_id", "wave", "grade", "pupil_code"]
        rows = context.execute(
            f"""SELECT {", ".join(pupil)}, MIN(class) AS class, {text("per_pupil")} AS numerator
                FROM result WHERE {where} AND pupil_code IS NOT NULL GROUP BY {", ".join(pupil)}""",
            eager=True,
        )
        return rows.select(*inside, pl.col("numerator").fill_null(False).cast(pl.Int64), denominator=pl.lit(1, pl.Int64))
    if "value" in indicator:
        test = ["year", "wave", "procedure", "grade", "subject", "form"]
        rows = context.execute(f"SELECT school_id, class, {', '.join(test)}, {text('value')} AS value FROM result WHERE {where}", eager=True)
        rows = rows.filter(pl.col("value").is_finite())
        if indicator["kind"] == "standardised":
            rows = rows.with_columns(value=(pl.col("value") - pl.col("value").mean().over(test)) / pl.col("value").std().over(test))
        return rows.select(*inside, "value")
    rows = context.execute(f"SELECT {', '.join(inside)}, {text('numerator')} AS numerator, {text('denominator')} AS denominator FROM result WHERE {where} GROUP BY {', '.join(inside)}", eager=True)
    return rows.with_columns(pl.col("numerator", "denominator").cast(pl.Int64))


def normal_prior(values):
    """Variance within and between groups by the analysis of variance, and the mean that weighs groups by what they know."""
    n, mean, square = (values[name].to_numpy() for name in ("denominator", "value", "square"))
    total, k = n.sum(), len(n)
    if k < 2 or total <= k:
        return None
    within = square.sum() / (total - k)
    outside = (n * (mean - (n * mean).sum() / total) ** 2).sum()
    between = max((outside / (k - 1) - within) / ((total - (n**2).sum() / total) / (k - 1)), 0.0)
    weights = 1 / (between + within / n) if between > 0 else n
    return (weights * mean).sum() / weights.sum(), within, between


def means(frame, shrink):
    """Mean, its interval, and the shrunken mean of each row of a year and level."""
    n, mean, sd = (frame[name].to_numpy() for name in ("denominator", "value", "sd"))
    half = stats.t.ppf(0.975, np.maximum(n - 1, 1)) * sd / np.sqrt(n)
    frame = frame.with_columns(low=pl.Series(mean - half), high=pl.Series(mean + half))
    prior = normal_prior(frame) if shrink else None
    if prior is None:
        return frame
    centre, within, between = prior
    kept = between / (between + within / n)
    half = special.ndtri(0.975) * np.sqrt(kept * within / n)
    value = centre + kept * (mean - centre)
    return frame.with_columns(eb_value=pl.Series(value), eb_low=pl.Series(value - half), eb_high=pl.Series(value + half))


def shares(frame, shrink, threshold):
    """Share, Wilson interval, beta-binomial value and probability of the criterion of each row of a year and level."""
    frame = intervals(frame)
    x, n = frame["numerator"].to_numpy(), frame["denominator"].to_numpy()
    prior = beta_prior(x, n) if shrink else None
    if prior is None:
        return frame
    a, b = prior[0] + x, prior[1] + n - x
    return frame.with_columns(
        eb_value=pl.Series(a / (a + b)),
        eb_low=pl.Series(special.betaincinv(a, b, 0.025)),
        eb_high=pl.Series(special.betaincinv(a, b, 0.975)),
        probability=pl.Series(special.betaincc(a, b, threshold)),
    )


def indicators(pack, result, school, reference):
    """Every indicator at every level, with its interval, its shrunken value and the probability of the criterion."""
    tables = []
    threshold = float(pack["list"][0]["rule"]["where"].split()[-1])
    parents = school.filter(pl.col("parent").is_not_null()).select(*KEYS, "parent")
    school = school.select(*KEYS, "municipality")
    context = pl.SQLContext(result=result)
    for indicator in pack["indicator"]:
        if indicator["table"] != "result":
            continue  # the region of the bench has no tasks
        rows = rows_of(context, indicator, reference)
        is_mean = "value" in rows.columns
        if is_mean:
            value = pl.col("value")
            sums = [value.mean(), value.std().alias("sd"), ((value - value.mean()) ** 2).sum().alias("square"), pl.len().cast(pl.Int64).alias("denominator")]
        else:
            sums = [pl.col("numerator", "denominator").sum()]
        whole = rows
        if pack.get("population", {}).get("branches") == "with_parent":
            whole = rows.join(parents, on=KEYS, how="left").with_columns(school_id=pl.coalesce("parent", "school_id"))
        whole = whole.join(school, on=KEYS, how="left")
        grouped = {
            "class": rows.drop_nulls("class").group_by("year", entity_id=pl.format("{}/{}/{}", "school_id", "grade", "class")).agg(sums),
            "grade": rows.group_by("year", entity_id=pl.format("{}/{}", "school_id", "grade")).agg(sums),
            "school": whole.group_by("year", entity_id="school_id").agg(sums),
            "municipality": whole.drop_nulls("municipality").group_by("year", entity_id="municipality").agg(sums),
            "region": whole.group_by("year", entity_id=pl.lit("region")).agg(sums),
        }
        for level, frame in grouped.items():
            frame = frame.filter(pl.col("denominator") > 0)
            shrink = level in ("class", "grade", "school")
            for _, year in frame.group_by("year", maintain_order=True):
                year = means(year, shrink) if is_mean else shares(year, shrink, threshold)
                tables.append(year.with_columns(indicator=pl.lit(indicator["id"]), level=pl.lit(level), kind=pl.lit(indicator.get("kind", "share"))))
    return pl.concat(tables, how="diagonal")


def identification(pack, values, school, years):
    """The list by the raw rule, with the criteria as reasons."""
    rule = pack["list"][0]["rule"]
    threshold = float(rule["where"].split()[-1])
    min_n = {indicator["id"]: indicator["min_n"] for indicator in pack["indicator"] if indicator["id"].startswith("low_share_")}
    values = values.filter(pl.col("indicator").is_in(list(min_n)))
    names = school.sort("year").group_by("school_id", maintain_order=True).agg(pl.col("name_short", "municipality").last())
    x, n = pl.col("numerator"), pl.col("denominator")
    reasons = values.filter((pl.col("level") == "school") & pl.col("year").is_in(years)).select(
        pl.col("entity_id").alias("school_id"),
        pl.col("indicator").alias("criterion"),
        pl.col("year").alias("criterion_year"),
        "value", "low", "high", "numerator", "denominator", "probability",
        threshold=pl.lit(threshold),
        assessed=n >= pl.col("indicator").replace_strict(min_n, return_dtype=pl.Int64),
        met=pl.col("value") >= threshold,
        # pupils whose result would have to be another one
        distance=pl.when(pl.col("value") >= threshold)
        .then(x - (threshold * n).ceil() + 1)
        .otherwise(x - (threshold * n).ceil())
        .cast(pl.Int64),
        surely_met=pl.col("low") >= threshold,
        surely_unmet=pl.col("high") < threshold,
    )
    assessed = reasons.filter("assessed")
    by_year = assessed.group_by("criterion_year", "school_id").agg(
        met=pl.col("met").sum(), sure=(pl.col("met") & pl.col("surely_met")).sum(), assessable=pl.len()
    )
    latest = by_year.filter(pl.col("assessable") >= rule["at_least"])
    last = int(rule["years"].split()[-1])
    latest = latest.sort("criterion_year", descending=True).group_by("school_id", maintain_order=True).head(last)
    latest = latest.filter(pl.len().over("school_id") == last)
    # the schools of the latest year: those of its register and those with results in it
    of_year = [school.filter(pl.col("year") == years[-1]), reasons.filter(pl.col("criterion_year") == years[-1])]
    schools = pl.concat([frame.select("school_id") for frame in of_year]).unique()
    # the pack's lists are not about all of them
    outside = pl.SQLContext(school=school.sort("year").group_by("school_id", maintain_order=True).last())
    left_out = [f"({rule['where']})" for rule in pack.get("population", {}).get("out", [])]
    if pack.get("population", {}).get("branches") == "with_parent":
        left_out.append("parent IS NOT NULL")
    if left_out:
        gone = outside.execute(f"SELECT school_id FROM school WHERE {' OR '.join(left_out)}", eager=True)
        schools = schools.join(gone, on="school_id", how="anti")
    latest = latest.join(schools, on="school_id", how="semi")
    entries = latest.group_by("school_id").agg(
        criteria_met=pl.col("met").min(),
        criteria_sure=pl.col("sure").min(),
        criteria_assessable=pl.col("assessable").min(),
        years=pl.col("criterion_year").sort().cast(pl.String).str.join(", "),
    )
    # the years that count; the latest ones where a school cannot be assessed
    recent = pl.DataFrame({"criterion_year": years[-last:]}, schema={"criterion_year": pl.Int32})
    counting = pl.concat([latest.select("school_id", "criterion_year"), schools.join(entries, on="school_id", how="anti").join(recent, how="cross")])
    counting = counting.join(pl.DataFrame({"criterion": list(min_n)}), how="cross")
    reasons = counting.join(reasons, on=["school_id", "criterion", "criterion_year"], how="left").with_columns(pl.col("assessed").fill_null(False), threshold=pl.lit(threshold))
    entries = schools.join(entries, on="school_id", how="left").join(names, on="school_id", how="left")
    met = pl.col("criteria_met") >= rule["at_least"]
    entries = entries.with_columns(
        state=pl.when(pl.col("criteria_met").is_null())
        .then(pl.lit("not_assessable"))
        .when(met)
        .then(pl.lit("listed"))
        .otherwise(pl.lit("not_listed")),
        criteria_needed=pl.lit(rule["at_least"]),
        certainty=pl.when(met & (pl.col("criteria_sure") >= rule["at_least"])).then(pl.lit("yes")).otherwise(pl.lit("within_error")),
    )
    entries = entries.join(obstacles(entries, values, rule, min_n, years[-last:]), on="school_id", how="left")
    return entries, reasons.join(entries.select("school_id", "name_short", "municipality", "state"), on="school_id")


def obstacles(entries, values, rule, min_n, years):
    """Why schools cannot be assessed: what files may mend first, then the latest year."""
    enough = pl.col("denominator") >= pl.col("indicator").replace_strict(min_n, return_dtype=pl.Int64)
    counts = values.filter(pl.col("level") == "school").group_by(school_id="entity_id", obstacle_year="year").agg(
        known=enough.sum(), few=(~enough).sum(), obstacle_participants=pl.col("denominator").filter(~enough).max()
    )
    grid = entries.filter(pl.col("state") == "not_assessable").select("school_id")
    grid = grid.join(pl.DataFrame({"obstacle_year": years}, schema={"obstacle_year": pl.Int32}), how="cross")
    grid = grid.join(counts, on=["school_id", "obstacle_year"], how="left").with_columns(pl.col("known", "few").fill_null(0))
    grid = grid.filter(pl.col("known") < rule["at_least"])
    all_counted = pl.col("known") + pl.col("few")
    order = pl.when(all_counted == 0).then(0).when(all_counted < rule["at_least"]).then(1).otherwise(2)
    words = {0: "no_results", 1: "few_criteria", 2: "few_participants"}
    grid = grid.with_columns(order=order).sort("order", "obstacle_year", descending=[False, True]).unique("school_id", keep="first", maintain_order=True)
    return grid.select(
        "school_id", "obstacle_year",
        obstacle=pl.col("order").replace_strict(words, return_dtype=pl.String),
        obstacle_participants=pl.when(pl.col("order") == 2).then("obstacle_participants"),
    )


def standardised(measure, names):
    """Shrunken logits of the shares on a robust scale, by year; with the posterior and the scale of each share."""
    shares = measure.filter((pl.col("unit") == "share") & pl.col("measure").is_in(names) & (pl.col("denominator") > 0))
    parts = []
    for _, part in shares.group_by("year", "measure", maintain_order=True):
        x, n = part["numerator"].to_numpy(), part["denominator"].to_numpy()
        a, b = beta_prior(x, n)
        logit = special.logit((a + x) / (a + b + n))
        centre = np.median(logit)
        spread = 1.482602218505602 * np.median(np.abs(logit - centre))
        parts.append(
            part.select("year", "school_id", "measure").with_columns(
                z=pl.Series((logit - centre) / spread),
                alpha=pl.Series(a + x),
                beta=pl.Series(b + n - x),
                centre=pl.lit(centre),
                spread=pl.lit(spread),
            )
        )
    return pl.concat(parts)


def context_index(measure, parameters, rng):
    """Directed mean of the standardised shares, with an interval from posterior draws."""
    directions, draws = parameters["measures"], parameters.get("draws", 400)
    shares = standardised(measure, list(directions))
    shares = shares.with_columns(direction=pl.col("measure").replace_strict(directions, return_dtype=pl.Float64))
    tables = []
    for (year,), part in shares.group_by("year", maintain_order=True):
        part = part.sort("school_id", "measure")
        column = lambda name: part[name].to_numpy()[:, None]
        drawn = special.logit(rng.beta(column("alpha"), column("beta"), size=(part.height, draws)))
        drawn = column("direction") * (drawn - column("centre")) / column("spread")
        schools, starts = np.unique(part["school_id"].to_numpy(), return_index=True)
        known = np.diff(np.append(starts, part.height))
        means = np.add.reduceat(drawn, starts, axis=0) / known[:, None]
        index = np.add.reduceat((part["direction"] * part["z"]).to_numpy(), starts) / known
        low, high = np.quantile(means, [0.025, 0.975], axis=1)
        tables.append(pl.DataFrame({"year": year, "school_id": schools, "index": index, "low": low, "high": high}))
    return pl.concat(tables)


def clusters(measure, parameters):
    """Types of schools of each year: methods, numbers of clusters, gap statistic, bootstrap (`clusters_peer.py`)."""
    k = parameters["k"]
    shares = standardised(measure, parameters["columns"])
    labels, qualities = [], []
    for (year,), part in shares.group_by("year", maintain_order=True):
        wide = part.pivot(on="measure", index="school_id", values="z").drop_nulls()
        points = wide.drop("school_id").to_numpy()
        told = clusters_peer.analyse(points, range(1, k[1] + 1), parameters["starts"], min(parameters["starts"], 5), parameters["references"], parameters["resamples"])
        qualities += [{"year": year, "k": k, "inertia": told["inertia"][k], "silhouette_mean": s, "calinski_harabasz": told["harabasz"][k]} for k, s in told["silhouette"].items()]
        silhouettes = silhouette_samples(told["distances"], told["labels"], metric="precomputed")
        labels.append(wide.select("school_id").with_columns(year=pl.lit(year), cluster=pl.Series(told["labels"]), silhouette=pl.Series(silhouettes)))
    return pl.concat(labels), pl.DataFrame(qualities)


SCORES = {
    "score_tasks": (pl.coalesce("score_tasks", "score_printed"), pl.col("max_score")),
    "score_printed": (pl.col("score_printed"), pl.col("max_score")),
}


def scores(result, pack, outcome):
    """Mean per cent of the highest score of each school in each test, and the pupils behind it."""
    context, tables = pl.SQLContext(result=result), []
    score, highest = SCORES[outcome["explains"]]
    for indicator in pack["indicator"]:
        if not any(fnmatch(indicator["id"], glob) for glob in outcome["of"]):
            continue
        rows = context.execute(f"SELECT year, school_id, score_tasks, score_printed, max_score FROM result WHERE {indicator['where']}", eager=True)
        most = pl.coalesce(highest, pl.lit(outcome.get("out_of", {}).get(indicator["id"]), dtype=pl.Float64))
        rows = rows.select(*KEYS, percent=100 * score / most).filter(pl.col("percent").is_between(0, 100))
        means = rows.group_by(KEYS).agg(mean=pl.col("percent").mean(), pupils=pl.len(), squares=pl.col("percent").var() * (pl.len() - 1))
        tables.append(means.with_columns(indicator=pl.lit(indicator["id"])))
    return pl.concat(tables)


def counted(values, outcome):
    """Low results of each school in each test; where participation is explained, participants among those of the base."""
    of_schools = values.filter(pl.col("level") == "school").rename({"entity_id": "school_id"})
    rows = of_schools.filter(pl.any_horizontal(*(pl.col("indicator").str.contains("^" + glob.replace("*", ".*") + "$") for glob in outcome["of"])))
    if outcome["explains"] != "participation":
        return rows
    base = of_schools.filter(pl.col("indicator") == outcome["base"]).select(*KEYS, whole="denominator")
    rows = rows.join(base, on=KEYS).with_columns(numerator=pl.min_horizontal("denominator", "whole"), denominator=pl.col("whole"))
    return rows.filter(pl.col("denominator") > 0)


def independent(wide, names):
    """The factors that do not hang on those before them."""
    kept = []
    for name in names:
        design = sm.add_constant(wide.select(*kept, name).to_numpy())
        if np.linalg.matrix_rank(design) > len(kept) + 1:
            kept.append(name)
    return kept


def factors(values, result, measure, school, pack):
    """Regressions of low shares and scores on the social factors with effects of tests, covariance clustered by
    municipality; what schools achieve beyond their context, expected from the other municipalities."""
    names = list(pack["factors"]["set"][0]["expected"])
    shares = measure.filter((pl.col("unit") == "share") & pl.col("measure").is_in(names) & (pl.col("denominator") > 0))
    shares = shares.group_by("school_id", "measure").agg(pl.col("value").mean() / 0.1)
    wide = shares.pivot(on="measure", index="school_id", values="value").drop_nulls()
    names = independent(wide, names)
    places = school.sort("year").group_by("school_id").agg(pl.col("municipality").last()).drop_nulls()
    effects, beyond = [], []
    for outcome in pack["factors"]["outcome"]:
        is_score = outcome["explains"].startswith("score")
        rows = scores(result, pack, outcome) if is_score else counted(values, outcome)
        rows = rows.join(wide, on="school_id").join(places, on="school_id").sort("indicator", "year", "school_id")
        tests = rows.select(test=pl.col("indicator") + " " + pl.col("year").cast(pl.String)).to_dummies().to_numpy().astype(float)
        x = np.column_stack([rows.select(names).to_numpy(), tests])
        groups = rows["municipality"].rank("dense").to_numpy()
        if is_score:
            weights = rows["pupils"].to_numpy().astype(float)
            model = sm.WLS(rows["mean"].to_numpy(), x, weights=weights)
        else:
            weights = rows["denominator"].to_numpy()
            model = sm.GLM(np.column_stack([rows["numerator"], rows["denominator"] - rows["numerator"]]), x, family=sm.families.Binomial())
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
        ends = fit.conf_int()
        inflation = [variance_inflation_factor(sm.add_constant(x[:, : len(names)]), at + 1) for at in range(len(names))]
        p_holm = multipletests(fit.pvalues[: len(names)], method="holm")[1]
        for at, factor in enumerate(names):
            moved = fit.params[at] if is_score else np.average(special.expit(x @ fit.params + fit.params[at]) - fit.fittedvalues, weights=weights)
            found = {"estimate": fit.params[at], "std_error": fit.bse[at], "low": ends[at, 0], "high": ends[at, 1], "p": fit.pvalues[at], "p_holm": p_holm[at]}
            effects.append({"outcome": outcome["id"], "factor": factor, **found, "difference": moved, "vif": inflation[at]})
        if is_score:
            beyond.append(achieved(rows, x, weights, groups).with_columns(outcome=pl.lit(outcome["id"])))
    return pl.DataFrame(effects), pl.concat(beyond)


def achieved(rows, x, weights, groups):
    """Residuals of each school from a fit without its municipality, shrunken by the variance between schools."""
    y = rows["mean"].to_numpy()
    residuals = np.empty_like(y)
    for group in np.unique(groups):
        own = groups == group
        rest = sm.WLS(y[~own], x[~own], weights=weights[~own]).fit()
        residuals[own] = y[own] - x[own] @ rest.params
    within = rows["squares"].sum() / (rows["pupils"].sum() - rows.height)
    of_schools = rows.select("school_id", "year", error=pl.Series(residuals), weight=pl.Series(weights))
    of_schools = of_schools.group_by("school_id", "year").agg(effect=(pl.col("error") * pl.col("weight")).sum() / pl.col("weight").sum(), pupils=pl.col("weight").sum())
    noise = within / of_schools["pupils"].to_numpy()
    between = max(of_schools["effect"].var() - noise.mean(), 0.0)
    kept = between / (between + noise)
    error = np.sqrt(kept * noise)
    return of_schools.with_columns(effect=pl.col("effect") * kept, low=pl.col("effect") * kept - 1.96 * error, high=pl.col("effect") * kept + 1.96 * error)


def objectivity(result, school):
    """Lowered, confirmed, raised against the journal, at three levels, with Wilson intervals and the share lowered that the
    rest of the region would give the same journal marks."""
    test = ["year", "grade", "subject"]
    present = (pl.col("procedure") == "vpr") & (pl.col("status") == "present") & pl.col("mark").is_not_null() & ~pl.col("repeat")
    marked = result.lazy().filter(present).select(*test, "school_id", "mark", "journal_mark")
    marked = marked.join(school.lazy(), on=KEYS, how="left").collect()
    gap = pl.col("mark") - pl.col("journal_mark")
    compared = marked.with_columns(lowered=gap < 0, confirmed=gap == 0, raised=gap > 0, lowered_by_two=gap <= -2)
    parts = ["lowered", "confirmed", "raised", "lowered_by_two"]
    sums = [pl.col(parts).sum(), pl.len().alias("participants"), pl.col("journal_mark").count().alias("denominator")]
    by_mark = [*test, "journal_mark"]
    base = [pl.col("lowered").sum(), pl.len().alias("all")]
    both = compared.drop_nulls("journal_mark")
    region = both.group_by(by_mark).agg(base)
    tables = []
    for level, entity in (("school", "school_id"), ("municipality", "municipality"), ("region", pl.lit("region"))):
        named = lambda frame: frame.with_columns(entity_id=entity).drop_nulls("entity_id")
        counts = named(compared).group_by([*test, "entity_id"]).agg(sums)
        own = named(both).group_by([*by_mark, "entity_id"]).agg(base).join(region, on=by_mark, suffix="_region")
        rest = (pl.col("lowered_region") - pl.col("lowered")) / (pl.col("all_region") - pl.col("all"))
        expected = own.group_by([*test, "entity_id"]).agg(expected=(rest * pl.col("all")).sum() / pl.col("all").sum())
        for part in parts[:3]:
            ends = intervals(counts.rename({part: "numerator"}).select("numerator", "denominator"))
            counts = counts.with_columns(ends.select(pl.col("value", "low", "high").name.prefix(f"{part}_")))
        tables.append(counts.join(expected, on=[*test, "entity_id"], how="left").with_columns(level=pl.lit(level)))
    return pl.concat(tables)


def validate(result, measure, school, source, source_column, years):
    """What is wrong across files, each with the place of its first row."""
    first = [pl.col("source_id", "row").first(), pl.len().alias("count")]
    letters = source_column.drop_nulls("canonical").select("source_id", "canonical", "letter")

    def findings(rows, code, value, canonical):
        rows = rows.select("source_id", "row", value=pl.col(value), canonical=pl.lit(canonical), code=pl.lit(code), detail=pl.col("count").cast(pl.String))
        rows = rows.join(letters, on=["source_id", "canonical"], how="left").rename({"letter": "column"})
        return rows.join(source.select("source_id", "path", "sheet"), on="source_id", how="left").drop("source_id")

    by_school = result.group_by(KEYS, maintain_order=True).agg(first)
    unregistered = by_school.filter(pl.col("year").is_in(school["year"].unique().implode())).join(school, on=KEYS, how="anti")
    twice = school.group_by(KEYS, maintain_order=True).agg(first).filter(pl.col("count") > 1)
    coded = result.lazy().filter(pl.col("pupil_code").is_not_null())
    # rows that differ are told pupil by pupil, rows that are alike once a sheet, school and test
    own = ~pl.col("repeat")
    pupils = coded.filter(own).group_by(PUPIL).agg(first).filter(pl.col("count") > 1).collect()
    alike = coded.filter("repeat").group_by("source_id", *PUPIL[1:]).agg(pl.col("row").first(), pl.len().alias("count")).collect()
    figures = measure.group_by(MEASURE, maintain_order=True).agg(
        pl.col("source_id", "row", "column").first(), count=pl.struct("numerator", "denominator").n_unique()
    )
    figures = figures.filter(pl.col("count") > 1).select("row", "column", "source_id", code=pl.lit("V304"), value="school_id", canonical="measure", detail=pl.col("count").cast(pl.String))
    figures = figures.join(source.select("source_id", "path", "sheet"), on="source_id", how="left").drop("source_id")
    tests = result.select("procedure", "grade", "subject", "year").unique()
    all_years = pl.DataFrame({"year": years}, schema={"year": pl.Int32})
    empty = []
    for what, keys in ((tests, ["procedure"]), (tests, ["procedure", "grade", "subject"])):
        missing = what.select(keys).unique().join(all_years, how="cross").join(what.select(*keys, "year").unique(), on=[*keys, "year"], how="anti")
        if len(keys) > 1:
            missing = missing.join(tests.select("procedure", "year").unique(), on=["procedure", "year"])
        empty.append(missing.select(value=pl.col("year").cast(pl.String), detail=pl.concat_str([pl.col(k) for k in keys], separator=" ")))
    bare = all_years.join(measure, on="year", how="anti") if measure.height else all_years.clear()
    empty.append(bare.select(value=pl.col("year").cast(pl.String), detail=pl.lit("measure")))
    nameless = set(result["year"].unique()) - set(school["year"].unique())
    empty.append(pl.DataFrame({"value": [str(y) for y in nameless], "detail": ["school"] * len(nameless)}, schema={"value": pl.String, "detail": pl.String}))
    return pl.concat(
        [
            findings(unregistered, "V301", "school_id", "school_id"),
            findings(twice, "V305", "school_id", "school_id"),
            findings(pupils, "V302", "pupil_code", "pupil_code"),
            findings(alike, "V302", "school_id", "repeat"),
            figures,
            pl.concat(empty).with_columns(code=pl.lit("V303")),
        ],
        how="diagonal",
    ).sort("path", "sheet", "row", "column", "code")


def read(tables, name, columns=None):
    return pl.read_parquet(Path(tables) / f"{name}.parquet", columns=columns)


def main(tables, pipeline, out):
    declared = tomllib.loads(Path(pipeline).read_text())
    pack = tomllib.loads((Path(pipeline).parent / "methods" / f"{declared['method']}.toml").read_text())
    pack["indicator"] = [pack.get("rows", {}).get(indicator.get("rows"), {}) | indicator for indicator in pack["indicator"]]
    stages = {stage["kind"]: stage for stage in declared["stage"]}
    imports = time.perf_counter() - begun
    years = declared["years"]
    columns = [*RESULT, *(c for c in [*PUPIL, "source_id", "row"] if c not in RESULT)]
    result = read(tables, "result", columns)
    measure, school = read(tables, "measure"), read(tables, "school")
    rng = np.random.default_rng(declared["seed"])
    made = {}
    made["finding"] = validate(result, measure, school, read(tables, "source"), read(tables, "source_column"), years)
    municipality = school.select(*KEYS, "municipality")
    made["indicator_value"] = indicators(pack, result, school, Path(pipeline).parent.parent / "data/reference")
    made["list_entry"], made["reason"] = identification(pack, made["indicator_value"], school, years)
    made["context_index"] = context_index(measure, stages["context"], rng)
    made["cluster"], made["cluster_quality"] = clusters(measure, stages["clusters"])
    made["factor_effect"], made["school_effect"] = factors(made["indicator_value"], result, measure, municipality, pack)
    made["journal_agreement"] = objectivity(result, municipality)
    Path(out).mkdir(parents=True, exist_ok=True)
    for name, table in made.items():
        table.write_parquet(Path(out) / f"{name}.parquet", compression="zstd")
    peer_reports.write(Path(out), pack, made, measure, school, years, declared["languages"])
    of_schools = made["indicator_value"].filter(pl.col("level") == "school")
    agreement = made["journal_agreement"].filter(pl.col("level") == "school")
    facts = {
        "imports": imports,
        "listed": made["list_entry"].filter(pl.col("state") == "listed").height,
        "numerator": of_schools["numerator"].sum(),
        "denominator": of_schools["denominator"].sum(),
        "both marks": agreement["denominator"].sum(),
        "lowered": agreement["lowered"].sum(),
        "mean score": of_schools.filter(pl.col("kind") == "mean")["value"].mean(),
        "mean standardised": of_schools.filter(pl.col("kind") == "standardised")["value"].mean(),
        "mean index": made["context_index"]["index"].mean(),
        "reasons": made["reason"].height,
        "findings": made["finding"].height,
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main(*sys.argv[1:4])
