"""Writes panel.csv, the made-up panel on which R, Python and rsoko are compared. Standard library only.

Run from this folder: python panel.py
"""

import csv
import math
import random

draw = random.Random(20251122)
shift = {m: draw.gauss(0, 0.35) for m in range(15)}
with open("panel.csv", "w", newline="") as file:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow("school municipality year poor educated distance type pupils low".split())
    for school in range(60):
        municipality, kind = school % 15, 1 + school % 3
        poor, educated = draw.gauss(kind - 2, 0.5), draw.gauss(0.5 * (2 - kind), 0.7)
        for year in (2023, 2024, 2025):
            pupils = draw.randint(4, 70)
            p = poor + draw.gauss(0, 0.1)
            eta = -1.4 + 0.5 * p - 0.3 * educated + shift[municipality] + 0.1 * (year - 2023)
            low = sum(draw.random() < 1 / (1 + math.exp(-eta)) for _ in range(pupils))
            distance = draw.gauss(2 * (kind == 3), 0.6)
            rows.writerow([school, municipality, year, f"{p:.6f}", f"{educated:.6f}", f"{distance:.6f}", kind, pupils, low])
