"""Draw the README's picture from the synthetic sample: python docs/images/make.py"""

from pathlib import Path

import matplotlib.pyplot as plt

import kommtyp

HERE = Path(__file__).parent


def main() -> None:
    """Write profil.png beside this file."""
    result = kommtyp.fit(kommtyp.load_sample())
    ax = kommtyp.plot_profile(result)
    figure = ax.figure
    figure.suptitle("Synthetische Daten: die mitgelieferte Stichprobe", fontsize=9, x=0.01, ha="left", color="#52606d")
    figure.savefig(HERE / "profil.png", dpi=150, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
