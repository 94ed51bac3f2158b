"""Draw the README's pictures from the synthetic sample: python docs/images/make.py"""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

import kommtyp

HERE = Path(__file__).parent


def main() -> None:
    """Write profil.png and aussagen.png beside this file."""
    result = kommtyp.fit(kommtyp.load_sample())
    checked = kommtyp.check_findings(result, adjust_for="groessenklasse", n_boot=1000)
    save(kommtyp.plot_profile(result), "profil.png")
    save(kommtyp.plot_findings(result, checked), "aussagen.png")


def save(ax: Axes, name: str) -> None:
    """Say that the data are synthetic, and write the picture."""
    figure = ax.figure
    figure.suptitle("Synthetische Daten: die mitgelieferte Stichprobe", fontsize=9, x=0.01, ha="left", color="#52606d")
    figure.savefig(HERE / name, dpi=150, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
