"""German."""

LABELS: dict[str, str] = {
    "buy": "kauf|kaufen|kaufe|kaufsignal|long einstieg|kauforder|wir kaufen|ich kaufe",
    "hint_buy": "käufe|käufer",
    "sell": "verkauf|verkaufen|verkaufe|verkaufssignal|short einstieg|verkaufsorder|wir verkaufen|ich verkaufe",
    "hint_sell": "verkäufe|verkäufer",
    "bull": "bullisch|aufwärts|steigend",
    "bear": "bärisch|abwärts|fallend",
    "term": "langfristig|kurzfristig|mittelfristig",
    "entry": "einstieg|einstiege|einstiegspreis|einstiegskurs|eintritt|kaufpreis|verkaufspreis|einstieg bei|eröffnung",
    "entry+zone": "einstiegszone|kaufzone|verkaufszone|einstiegsbereich|kaufbereich",
    "more": "nachkauf|nachkaufen|zweiter einstieg",
    "stop": "stopp|stopp loss|stoploss bei|verlustbegrenzung|stop bei|stopp bei|sl bei|stoppkurs",
    "target": (
        "ziel|ziele|kursziel|kursziele|gewinnmitnahme|gewinnmitnahmen|gewinnziel|zielkurs|tp bei|ziel bei|zielzone"
    ),
    "market": "jetzt|markt|marktpreis|zum marktpreis|sofort|market order jetzt|aktueller kurs einstieg|am markt",
    "limit": "limitorder|ausstehend",
    "buy+limit": "kauflimit|kauf limit|limit kauf|limitkauf",
    "sell+limit": "verkaufslimit|verkauf limit|limit verkauf",
    "zone": "zwischen|bereich|bis",
    "leverage": "hebel|hebelwirkung",
    "isolated": "isoliert",
    "pips": "punkte|punkten",
    "skip": "unterstützung|widerstand|aktueller kurs|aktueller preis|lotgröße|positionsgröße|uhrzeit|datum|uhr|konto",
    "outcome": "gewinn|verlust",
    "risk": "risiko|risiko pro trade",
    "none": "kein sl|ohne stop|ohne sl|kein stop",
    "open": "offen|laufen lassen",
    "filler": (
        "der|die|das|den|dem|ein|eine|einen|und|oder|bei|von|zu|zum|zur|mit|für|auf|im|um|preis|kurs|neues|neuer"
        "|richtung|handel|paar|dann|wir|ich|ist|order"
    ),
    "percent": "prozent",
    "entry+market": (
        "einstieg jetzt|einstieg sofort|einstieg zum marktpreis|einstieg am markt|sofort einstieg|einstieg markt"
    ),
}

TALK: dict[str, str] = {
    "hit": (
        "erreicht|getroffen|ausgestoppt|gewonnen|glückwunsch|ergebnis|ergebnisse|geschlossen|gestern|beispiel"
        "|im gewinn|im plus|im profit|mitgenommen|abgeholt|ausgelöst|rückblick|zusammenfassung"
    ),
    "cond": "wenn|falls|sobald|warten|abwarten|warte|könnte|vielleicht|möglich|sollte|wir warten",
    "negation": "nicht|kein|keine|keinen|niemals|nie",
    "future": "morgen|bald|nächste|nächster|nächstes|werden|werde|später|demnächst",
    "ask": "wie|warum|wer|welche|wann|soll ich",
}

ORDERS: dict[str, str] = {
    "close": (
        "schließen|schliessen|schließe|schließt|schliesst|raus|aussteigen|steige aus|wir steigen aus|glattstellen"
        "|zumachen|alles schließen|alles raus|ausstieg"
    ),
    "part": "teil|teilweise|einen teil|teilgewinn|teilgewinne",
    "take_part": (
        "teilgewinne mitnehmen|teilgewinn mitnehmen|gewinne mitnehmen|gewinn mitnehmen|teilverkauf|gewinne sichern"
        "|gewinn sichern|teilschließung|teilgewinne sichern|mitnehmen"
    ),
    "half": "hälfte|die hälfte",
    "all": "alles|alle|komplett|ganz",
    "rest": "den rest|der rest|rest",
    "hold": "halten|laufen lassen|laufen",
    "move": (
        "ziehen|zieht|ziehe|setzen|setzt|setze|verschieben|verschiebt|verschiebe|nachziehen|anpassen|anheben|neuer"
        "|neues|legen|ändern|senken|erhöhen"
    ),
    "stop": "stopp|stopps|stop loss|den stop|der stop|stoploss",
    "target": "ziel|ziele|kursziel|tp auf",
    "be": "einstand|einstieg|einstiegspreis|einstandskurs|einstiegskurs|auf einstand|auf einstieg|break even",
    "risk_free": "risikofrei|risikolos|ohne risiko|auf be|auf breakeven|auf break even|stop auf be",
    "cancel": "löschen|löscht|lösche|stornieren|storniert|storniere|streichen|abbrechen|gelöscht|zurückziehen",
    "pending": "limitorder|die order|orders|offene order|offene orders|wartende order",
    "modify": "aktualisierung|korrektur|änderung|angepasst|korrigiert",
    "reenter": "wiedereinstieg|nochmal rein|erneut einsteigen|wieder einsteigen",
    "trade": "positionen|die position|kauf|verkauf|käufe|verkäufe|hier",
    "filler": "und|auf|bei|den|die|der|das|dem|jetzt|bitte|von|zu|zum|mit|im|euren|eure|wir|ich",
    "percent": "prozent",
}
