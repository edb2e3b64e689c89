"""Word lists, one language a file. Adding a language is a new file here and its name in ``LANGUAGES``.

Each file has three tables from a concept to its phrases, separated by ``|``: LABELS name the fields of a new trade,
ORDERS the steps of a management message, TALK what makes a sentence a report, a condition or a question. A concept
ending in ``?`` counts only right before a number. When two languages claim a phrase, the earlier one keeps it.
"""

from engine.signals.words import ar, de, en, es, fa, fr, hi, id, it, pt, ru, tr, vi, zh

LANGUAGES = (en, es, ru, zh, vi, tr, fa, ar, pt, id, fr, de, hi, it)
