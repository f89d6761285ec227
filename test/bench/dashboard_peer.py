"""The dashboard's five panels in matplotlib (Agg), 4800 x 3000 px; prints the median milliseconds of `runs` pictures."""
import io
import math
import statistics
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

runs = int(sys.argv[1])
people = [f"Customer number {i}" for i in range(10)]
amounts = [280206 / (1 + i * 0.3) for i in range(10)]
days = list(range(30))
revenue = [210000 + 90000 * math.sin(day * 1.7) + day * 4000 for day in days]
kinds = ["Message", "Email", "Call", "Visit", "Meeting", "Review"]
counts = [3120, 1210, 640, 322, 87, 12]


def barh(ax, title, names, values, colour):
    bars = ax.barh(names, values, color=colour)
    ax.bar_label(bars, fmt="%.0f")
    ax.invert_yaxis()
    ax.set_title(title)


def draw():
    fig = plt.figure(figsize=(16, 10), dpi=300)
    grid = fig.add_gridspec(2, 3)
    trend = fig.add_subplot(grid[0, :2])
    trend.bar(days, revenue, color="#0072B2")
    trend.set_title("Revenue by day")
    types = fig.add_subplot(grid[0, 2])
    types.pie([634, 288, 201, 81], labels=["Returning", "New", "Loyal", "At risk"], wedgeprops={"width": 0.4})
    types.set_title("Customer types")
    barh(fig.add_subplot(grid[1, 0]), "Top 10 customers", people, amounts, "#0072B2")
    barh(fig.add_subplot(grid[1, 1]), "Top products", people, amounts, "#009E73")
    barh(fig.add_subplot(grid[1, 2]), "Interactions", kinds, counts, "#E69F00")
    fig.suptitle("Nimal Stores, Kandy")
    png = io.BytesIO()
    fig.savefig(png, format="png", dpi=300)
    plt.close(fig)
    return png.getvalue()


took = []
for _ in range(runs):
    begin = time.perf_counter()
    draw()
    took.append((time.perf_counter() - begin) * 1000)
print(statistics.median(took))
