"""Writes panel.parquet: the panel with the columns of models.R, as pandas writes it (snappy, categories, narrow types).

Run from this folder: python parquet.py
"""

import json

import pandas

panel = pandas.read_csv("panel.csv")
with open("models.json") as file:
    panel["score"] = json.load(file)["score"]
panel["kind"] = pandas.Categorical(panel["type"].map({1: "city", 2: "town", 3: "village"}))
panel["year"] = panel["year"].astype("int16")
panel["low"] = panel["low"].astype("Int64")
panel["rural"] = panel["type"] == 3
panel.loc[[4, 90], "score"] = None
panel.to_parquet("panel.parquet", index=False)
