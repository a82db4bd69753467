"""What pyproject.toml cannot say: the directory `scripts` is installed as the package `tropebot.scripts`."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["tropebot*"]), "tropebot.scripts", "tropebot.scripts.i18n"],
    package_dir={"tropebot.scripts": "scripts"},
)
