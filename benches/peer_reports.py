"""The reports of the annual run in Python, for the comparison in `region.rs`: the workbook of lists and the page with charts,
in every language of the pipeline. Written as an analyst who knows xlsxwriter, matplotlib and jinja2 would write it.
"""

import io
import re

import jinja2
import numpy as np
import polars as pl
import xlsxwriter
from matplotlib import rcParams
from matplotlib.figure import Figure

rcParams["svg.fonttype"] = "none"

WORDS = {
    "ru": {
        "title": "Идентификация школ: результаты", "edition": "Для служебного пользования. Расчётный перечень",
        "list": "Перечень", "reasons": "Основания", "not_assessable": "Не оценены", "findings": "Замечания", "method": "Метод",
        "near": "У самой границы", "types": "Типы школ", "effects": "Факторы и результаты", "journal": "Отметки и журнал",
        "charts": "Доли и участники", "municipality": "Муниципалитет", "name_short": "Школа", "school_id": "Код школы",
        "certainty": "Уверенность", "criteria_met": "Критериев выполнено", "criteria_sure": "Из них уверенно",
        "criteria_assessable": "Оценено", "criteria_needed": "Нужно", "years": "Учтённые годы", "state": "Состояние",
        "criterion": "Критерий", "criterion_year": "Год", "value": "Доля", "low": "От", "high": "До", "numerator": "Низких",
        "denominator": "Участников", "threshold": "Порог", "met": "Выполнен", "distance": "До порога, учеников",
        "probability": "Вероятность", "listed": "в перечне", "not_listed": "не в перечне", "yes": "уверенно",
        "within_error": "в пределах погрешности", "True": "да", "False": "нет", "x": "Участников", "y": "Доля низких результатов",
        "index": "Индекс контекста", "lowered": "понижены", "confirmed": "подтверждены", "raised": "повышены",
        "V301": "школы нет в реестре", "V302": "код ученика повторяется", "V303": "нет данных за год",
        "V304": "показатель дан дважды", "V305": "школа в реестре дважды",
    },
    "en": {
        "title": "Identification of schools: results", "edition": "Internal edition. Computed list", "list": "List",
        "reasons": "Reasons", "not_assessable": "Not assessable", "findings": "Findings", "method": "Method",
        "near": "Just under the cut", "types": "Types of schools", "effects": "Factors and results",
        "journal": "Test marks and journal marks", "charts": "Shares and participants", "listed": "listed",
        "not_listed": "not listed", "yes": "sure", "within_error": "within the margin of error", "True": "yes", "False": "no",
        "x": "Participants", "y": "Share of low results", "V301": "not in the register", "V302": "a pupil twice",
        "V303": "no data of the year", "V304": "a measure twice", "V305": "a school twice in the register",
    },
}
SHEETS = {
    "list": ["municipality", "name_short", "school_id", "certainty", "criteria_met", "criteria_sure", "criteria_assessable", "criteria_needed", "years"],
    "reasons": ["municipality", "name_short", "school_id", "state", "criterion", "criterion_year", "value", "low", "high", "numerator", "denominator", "threshold", "met", "distance", "probability"],
    "not_assessable": ["municipality", "name_short", "school_id", "obstacle", "obstacle_year", "obstacle_participants", "criteria_assessable", "criteria_needed"],
    "findings": ["code", "path", "sheet", "column", "row", "value", "detail", "what"],
}
SHARES = {"value", "low", "high", "threshold", "probability", "mean", "region_mean", "lowered_value", "expected", "share_difference"}
PAGE = jinja2.Template(
    """<!doctype html><html lang="{{ lang }}"><meta charset="utf-8"><title>{{ w.title }}</title>
<style>body{font-family:sans-serif;max-width:60rem;margin:auto}table{border-collapse:collapse}td,th{border-bottom:1px solid #ccc;padding:.2rem .5rem}</style>
<h1>{{ w.title }}</h1><p>{{ w.edition }}</p>
{%- macro table(rows) %}<table><tr>{% for c in rows.columns %}<th>{{ w[c] or c }}</th>{% endfor %}</tr>
{% for row in rows.rows() %}<tr>{% for v in row %}<td>{{ "—" if v is none else v }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endmacro %}
<h2>{{ w.list }}</h2>{{ table(listed) }}
<h2>{{ w.reasons }}</h2>{% for school, rows in reasons %}<h3>{{ school[1] }}, {{ school[0] }}</h3>{{ table(rows) }}{% endfor %}
<h2>{{ w.near }}</h2>{{ table(near) }}<h2>{{ w.not_assessable }}</h2>{{ table(blind) }}
<h2>{{ w.charts }}</h2>{% for chart in charts %}<figure>{{ chart }}</figure>{% endfor %}
<h2>{{ w.types }}</h2>{{ table(types) }}<h2>{{ w.effects }}</h2>{{ table(effects) }}
<h2>{{ w.journal }}</h2>{{ table(journal) }}<h2>{{ w.findings }}</h2>{{ table(codes) }}{{ table(cells) }}
</html>""",
    autoescape=False,
)


def natural(frame, *columns):
    """The frame in the order in which people sort names: № 2 before № 10."""
    key = lambda text: [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", (text or "").lower().replace("ё", "е")) if part]
    ranks = []
    for column in columns:
        texts = frame[column]
        if texts.dtype == pl.String:
            order = {text: rank for rank, text in enumerate(sorted(texts.unique(), key=key))}
            texts = texts.replace_strict(order, return_dtype=pl.Int32)
        ranks.append(texts.alias(f"rank {column}"))
    return frame.with_columns(ranks).sort(ranks).select(frame.columns)


def said(frame, words):
    """Words of vocabularies in a language."""
    vocabulary = [c for c in ("state", "certainty", "criterion", "outcome") if c in frame.columns]
    flags = [c for c in frame.columns if frame[c].dtype == pl.Boolean]
    return frame.with_columns(
        *[pl.col(c).replace(words) for c in vocabulary],
        *[pl.col(c).replace_strict({True: words["True"], False: words["False"]}, return_dtype=pl.String) for c in flags],
    )


def printed(frame, words, lang):
    """Figures as a reader sees them."""
    point = (lambda text: text.str.replace(".", ",", literal=True)) if lang == "ru" else (lambda text: text)
    reals = [c for c in frame.columns if frame[c].dtype.is_float()]
    number = lambda c: (pl.col(c) * 100).round(1).cast(pl.String) + " %" if c in SHARES else pl.col(c).round(2).cast(pl.String)
    return said(frame, words).with_columns([point(number(c)).alias(c) for c in reals])


def workbook(path, sheets, words, lines):
    with xlsxwriter.Workbook(path) as book:
        style = lambda **format: book.add_format(format)
        title, header = style(bold=True, font_size=14), style(bold=True, text_wrap=True, bottom=1)
        kinds = {"share": style(num_format="0.0%"), "whole": style(num_format="#,##0"), "text": style(text_wrap=True, valign="top")}
        for key, frame in sheets.items():
            sheet = book.add_worksheet(words[key])
            sheet.write(0, 0, words[key], title)
            sheet.write(1, 0, words["edition"])
            sheet.write(2, 0, lines[0][1])
            for at, column in enumerate(frame.columns):
                whole = frame[column].dtype.is_integer() and not column.endswith("year")
                kind = "share" if column in SHARES else "whole" if whole else "text"
                sheet.set_column(at, at, 34 if column in ("name_short", "criterion", "path", "what") else 14)
                sheet.write(4, at, words.get(column, column), header)
                sheet.write_column(5, at, frame[column].to_list(), kinds[kind])
            sheet.autofilter(4, 0, 4 + frame.height, len(frame.columns) - 1)
            sheet.freeze_panes(5, 0)
            sheet.repeat_rows(4)
        sheet = book.add_worksheet(words["method"])
        sheet.set_column(0, 1, 60)
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line)


def svg(figure):
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg")
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def dots(axes, frame, x, y):
    for listed, colour in ((False, "#7a8ba0"), (True, "#8b1a1a")):
        part = frame.filter(pl.col("listed") == listed)
        axes.scatter(part[x], part[y], s=8, c=colour, alpha=0.6, linewidths=0)


def charts(words, shares, context, journal, threshold):
    """Funnel and caterpillar of one criterion, the context index, and marks against the journal."""
    made = []
    figure = Figure(figsize=(8, 5))
    axes = figure.subplots()
    dots(axes, shares, "denominator", "value")
    centre = shares["numerator"].sum() / shares["denominator"].sum()
    n = np.linspace(3, shares["denominator"].max(), 200)
    for z, line in ((1.96, "-"), (3.09, "--")):
        half = z * np.sqrt(centre * (1 - centre) / n)
        axes.plot(n, np.clip(centre + half, 0, 1), line, n, np.clip(centre - half, 0, 1), line, color="#444", lw=0.8)
    axes.axhline(threshold, color="#8b1a1a", lw=0.8)
    axes.set(xlabel=words["x"], ylabel=words["y"])
    made.append(svg(figure))
    listed = natural(shares.filter("listed"), "municipality", "name_short")
    figure = Figure(figsize=(8, 1 + 0.2 * listed.height))
    axes = figure.subplots()
    at, value = np.arange(listed.height), listed["value"].to_numpy()
    axes.errorbar(value, at, xerr=[np.maximum(value - listed["low"], 0), np.maximum(listed["high"] - value, 0)], fmt="o", ms=3, lw=0.8, color="#8b1a1a")
    axes.axvline(threshold, color="#444", lw=0.8)
    axes.set_yticks(at, listed["name_short"] + ", " + listed["municipality"], fontsize=6)
    axes.invert_yaxis()
    axes.set(xlabel=words["y"])
    made.append(svg(figure))
    figure = Figure(figsize=(8, 5))
    axes = figure.subplots()
    dots(axes, context, "index", "value")
    axes.axhline(threshold, color="#8b1a1a", lw=0.8)
    axes.set(xlabel=words.get("index", "Context index"), ylabel=words["y"])
    made.append(svg(figure))
    figure = Figure(figsize=(8, 1 + 0.4 * journal.height))
    axes = figure.subplots()
    names = journal["subject"] + ", " + journal["grade"].cast(pl.String)
    left = np.zeros(journal.height)
    for part in ("lowered", "confirmed", "raised"):
        share = journal[f"{part}_value"].to_numpy()
        axes.barh(names, share, left=left, label=words.get(part, part))
        left += share
    axes.legend()
    made.append(svg(figure))
    return made


def profiles(cluster, measure, school, year):
    """Means of the types of a year, beside the region's."""
    shares = measure.filter((pl.col("year") == year) & (pl.col("unit") == "share")).join(cluster.filter(pl.col("year") == year), on=["year", "school_id"])
    region = shares.group_by("measure").agg(region_mean=pl.col("value").mean())
    types = shares.group_by("cluster", "measure").agg(mean=pl.col("value").mean(), schools=pl.len())
    return types.join(region, on="measure").sort("cluster", "measure").select("cluster", "measure", "schools", "mean", "region_mean")


def write(out, pack, made, measure, school, years, languages):
    year = max(years)
    entries, reasons = made["list_entry"], made["reason"]
    order = ["municipality", "name_short", "school_id"]
    listed = natural(entries.filter(pl.col("state") == "listed"), *order)
    blind = natural(entries.filter(pl.col("state") == "not_assessable"), *order)
    reasons = natural(reasons, *order, "criterion", "criterion_year")
    counted = reasons.filter("assessed")
    short = counted.filter((pl.col("state") == "not_listed") & ~pl.col("met")).sort("distance", descending=True, maintain_order=True)
    needed = counted.filter(pl.col("state") == "not_listed").group_by("school_id", "criterion_year").agg(lacking=2 - pl.col("met").sum())
    short = short.with_columns(nearest=pl.int_range(pl.len()).over("school_id", "criterion_year")).join(needed, on=["school_id", "criterion_year"])
    short = short.filter(pl.col("nearest") < pl.col("lacking"))
    near = natural(short.filter(pl.col("distance").sum().over("school_id") >= -2), *order, "criterion_year", "criterion")
    latest = counted.filter(pl.col("criterion_year") == year)
    top = latest.filter("met").group_by("criterion").len().sort("len", "criterion", descending=[True, False])["criterion"][0]
    shares = latest.filter(pl.col("criterion") == top).with_columns(listed=pl.col("state") == "listed")
    context = shares.join(made["context_index"].filter(pl.col("year") == year), on="school_id")
    agreement = made["journal_agreement"].filter(pl.col("year") == year)
    journal = agreement.filter(pl.col("level") == "region").sort("grade", "subject")
    names = school.filter(pl.col("year") == year).select("municipality", "name_short", entity_id="school_id")
    suspicious = agreement.filter((pl.col("level") == "school") & (pl.col("denominator") >= 10) & (pl.col("lowered_low") > pl.col("expected")))
    suspicious = natural(suspicious.join(names, on="entity_id"), "municipality", "name_short", "grade", "subject").head(60)
    findings = made.get("finding", pl.DataFrame(schema={c: pl.String for c in SHEETS["findings"]})).head(20_000)
    types = profiles(made["cluster"], measure, school, year)
    effects = made["factor_effect"].filter(~pl.col("factor").str.starts_with("year") & (pl.col("factor") != "(intercept)"))
    threshold = reasons["threshold"][0]
    for lang in languages:
        words = {**WORDS[lang], **{i["id"]: i["title"][lang] for i in pack["indicator"]}}
        told = findings.with_columns(what=pl.col("code").replace(words))
        lines = [[words["method"], pack["title"][lang]], ["", pack["basis"]], ["", pack["version"]], *([words[i["id"]], threshold] for i in pack["indicator"])]
        sheets = {"list": listed, "reasons": reasons, "not_assessable": blind, "findings": told}
        sheets = {key: said(frame.select(SHEETS[key]), words) for key, frame in sheets.items()}
        workbook(out / f"lists.{lang}.xlsx", sheets, words, lines)
        shown = lambda frame, columns: printed(frame.select(columns), words, lang)
        mine = counted.filter(pl.col("state") == "listed").sort("criterion_year", "met", descending=True, maintain_order=True)
        columns = ["criterion_year", "criterion", "met", "value", "low", "high", "numerator", "denominator", "distance", "probability"]
        mine = shown(mine, [*order, *columns])
        of_school = mine.partition_by(order, as_dict=True, maintain_order=True, include_key=False)
        page = PAGE.render(
            lang=lang, w=words, listed=shown(listed, SHEETS["list"]), blind=shown(blind, SHEETS["not_assessable"]),
            reasons=[(key, of_school[key]) for key in listed.select(order).rows() if key in of_school],
            near=shown(near, ["municipality", "name_short", *columns]),
            charts=charts(words, shares, context, journal, threshold), types=printed(types, words, lang),
            effects=printed(effects, words, lang),
            journal=shown(suspicious, ["municipality", "name_short", "grade", "subject", "denominator", "lowered_value", "lowered_low", "lowered_high", "expected"]),
            codes=told.group_by("code", "what").len().sort("code"), cells=told.head(25).select("path", "sheet", "column", "row", "what"),
        )
        (out / f"report.{lang}.html").write_text(page)
