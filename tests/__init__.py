import bot  # noqa: F401 - first of all: it makes importing aiogram quick
