"""Reading in Python, for the comparison in `reading.rs`: the same workbooks, python-calamine and polars, two processes.

Usage: reading_peer.py FOLDER OUT. Every workbook becomes a table of pupils and a long table of tasks, each row with its sheet's row
and column, as Parquet. Written as an analyst who knows both libraries would write it: cells come as whole columns where they can.
Prints what it found, as JSON.
"""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl
from python_calamine import CalamineWorkbook

NAMES = {
    "логин школы": "login",
    "код обучающегося": "pupil_code",
    "отметка за предыдущую четверть/триместр": "journal_mark",
    "пол": "sex",
    "класс": "class",
    "вариант": "variant",
    "всего баллов": "score_printed",
}


def letters(number):
    text = ""
    while number >= 0:
        text = chr(65 + number % 26) + text
        number = number // 26 - 1
    return text


def text(cell):
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell).strip()


def read(job):
    number, path, out = job
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    head, body = [text(cell).lower() for cell in rows[0]], rows[1:]
    columns = {name: list(map(text, column)) for name, column in zip(head, zip(*body)) if name}
    tasks = [name for name in head if name.startswith("балл за")]
    frame = pl.DataFrame(columns).with_row_index("row", offset=2)
    result = frame.select("row", *[pl.col(name).alias(to) for name, to in NAMES.items()]).with_columns(
        school_id=pl.col("login").str.extract(r"(\d{6})$"),
        status=pl.when(pl.col("variant").str.to_lowercase() == "отсутствовал").then(pl.lit("absent")).otherwise(pl.lit("present")),
        journal_mark=pl.col("journal_mark").cast(pl.Int32, strict=False),
        score_printed=pl.col("score_printed").cast(pl.Float64, strict=False),
        source=pl.lit(number),
    )
    items = (
        frame.select("row", *tasks)
        .unpivot(index="row", on=tasks, variable_name="item", value_name="cell")
        .filter(pl.col("cell") != "")
        .with_columns(
            column=pl.col("item").replace({name: letters(head.index(name)) for name in tasks}),
            item=pl.col("item").str.strip_prefix("балл за "),
            score=pl.col("cell").cast(pl.Float64, strict=False),
            state=pl.when(pl.col("cell").str.to_uppercase().is_in(["X", "Х"])).then(pl.lit("not_attempted")).otherwise(pl.lit("scored")),
            source=pl.lit(number),
        )
        .drop("cell")
        .sort("row", "column")
    )
    sums = items.group_by("row").agg(score_tasks=pl.col("score").sum())
    result = result.join(sums, on="row", how="left", maintain_order="left")
    wrong = result.filter((pl.col("status") == "present") & (pl.col("score_printed") != pl.col("score_tasks"))).height
    result.write_parquet(out / f"result-{number}.parquet")
    items.write_parquet(out / f"item-{number}.parquet")
    present = result.filter(pl.col("status") == "present")
    return {
        "cells": len(rows) * len(head),
        "pupils": result.height,
        "present": present.height,
        "items": items.height,
        "points": int(items["score"].sum()),
        "wrong": wrong,
    }


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(number, str(path), out) for number, path in enumerate(sorted(folder.rglob("*.xlsx")))]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(read, jobs))
    print(json.dumps({key: sum(one[key] for one in found) for key in found[0]}))


if __name__ == "__main__":
    main()
